/// One region of a picture: a bit for every pixel, row-major.
public struct BinaryMask: Sendable, Equatable {
    public let width: Int
    public let height: Int
    /// `bits[y · width + x]`; its count is `width · height`.
    public var bits: [Bool]

    public init(width: Int, height: Int, bits: [Bool]) {
        precondition(width > 0 && height > 0, "a mask has at least one pixel")
        precondition(bits.count == width * height, "\(bits.count) bits for \(width)×\(height) pixels")
        self.width = width
        self.height = height
        self.bits = bits
    }

    /// An empty region.
    public init(width: Int, height: Int) {
        self.init(width: width, height: height, bits: Array(repeating: false, count: width * height))
    }

    /// The number of pixels inside.
    public var area: Int { bits.reduce(0) { $0 + ($1 ? 1 : 0) } }

    public subscript(x: Int, y: Int) -> Bool {
        get { bits[y * width + x] }
        set { bits[y * width + x] = newValue }
    }
}
