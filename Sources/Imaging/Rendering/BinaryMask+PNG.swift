public import Tensors

extension BinaryMask {
    /// The mask as a 1-bit grey PNG: white inside, black outside.
    /// - Parameter context: asked at every row whether to stop.
    /// - Throws: ``ImagingFailure/notEncoded(reason:)``, or what the context throws.
    public func png(context: ExecutionContext? = nil) throws -> [UInt8] {
        try PNGEncoder(width: width, height: height, coding: .bits).encode(context) { y, row in
            row.update(repeating: 0)
            for x in 0..<width where self[x, y] { row[x / 8] |= 0x80 >> UInt8(x % 8) }
        }
    }
}
