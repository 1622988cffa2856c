import CPNG
import Tensors

/// Makes one PNG row by row: beside the packed bytes only a single row is held.
struct PNGEncoder {
    /// How the samples of a row are coded.
    enum Coding {
        /// One bit a pixel, the first in the highest bit; 0 is black.
        case bits
        /// One byte a pixel, an index of at most 256 colours.
        case palette([Colour])
        /// Two bytes a pixel, the high one first.
        case grey16
        /// Three bytes a pixel.
        case rgb
    }

    /// A text that the file carries, as an iTXt chunk (PNG, third edition, 11.3.3.4).
    struct Text {
        /// 1 to 79 printable characters of Latin-1.
        let keyword: String
        /// Holds no NUL.
        let content: String
    }

    let width: Int
    let height: Int
    let coding: Coding
    var text: Text?

    /// Encodes the picture.
    /// - Parameters:
    ///   - context: asked at every row whether to stop.
    ///   - fill: writes the row of this number; the buffer still holds the row before.
    /// - Throws: ``ImagingFailure/notEncoded(reason:)``, what `fill` throws, or what the context throws.
    func encode(
        _ context: ExecutionContext?, fill: (Int, UnsafeMutableBufferPointer<UInt8>) throws -> Void
    ) throws -> [UInt8] {
        try withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
            message.initialize(repeating: 0)
            let file = PackedBytes()
            guard let writer = begin(file, message.baseAddress) else { throw failure(message) }
            defer { cpng_writer_free(writer) }
            try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: rowBytes) { row in
                row.initialize(repeating: 0)
                for y in 0..<height {
                    try context?.checkCancellation()
                    try fill(y, row)
                    guard cpng_writer_row(writer, row.baseAddress) == CPNG_OK else { throw failure(message) }
                }
            }
            guard cpng_writer_finish(writer) == CPNG_OK else { throw failure(message) }
            return withExtendedLifetime(file) { file.bytes }
        }
    }

    private var rowBytes: Int {
        switch coding {
        case .bits: (width + 7) / 8
        case .palette: width
        case .grey16: 2 * width
        case .rgb: 3 * width
        }
    }

    private func begin(_ file: PackedBytes, _ message: UnsafeMutablePointer<CChar>?) -> OpaquePointer? {
        var description = cpng_description()
        (description.width, description.height) = (UInt32(width), UInt32(height))
        let colours: [Colour]
        switch coding {
        case .bits: (description.kind, colours) = (Int32(CPNG_BITS), [])
        case .palette(let chosen): (description.kind, colours) = (Int32(CPNG_PALETTE), chosen)
        case .grey16: (description.kind, colours) = (Int32(CPNG_GREY16), [])
        case .rgb: (description.kind, colours) = (Int32(CPNG_RGB), [])
        }
        description.palette_count = Int32(colours.count)
        return colours.flatMap(\.bytes).withUnsafeBufferPointer { palette in
            description.palette = palette.baseAddress
            guard let text else { return new(&description, file, message) }
            return text.keyword.withCString { keyword in
                text.content.withCString { content in
                    (description.keyword, description.text) = (keyword, content)
                    return new(&description, file, message)
                }
            }
        }
    }

    private func new(
        _ description: inout cpng_description, _ file: PackedBytes, _ message: UnsafeMutablePointer<CChar>?
    ) -> OpaquePointer? {
        cpng_writer_new(
            &description, { PackedBytes.from($0)?.append($1, count: $2) },
            Unmanaged.passUnretained(file).toOpaque(), message)
    }

    private func failure(_ message: UnsafeMutableBufferPointer<CChar>) -> ImagingFailure {
        let words = message.baseAddress.map { String(cString: $0) } ?? ""
        return .notEncoded(reason: words.isEmpty ? "not enough memory" : words)
    }
}

/// Where the C writer puts the file.
private final class PackedBytes {
    private(set) var bytes: [UInt8] = []

    func append(_ packed: UnsafePointer<UInt8>?, count: Int) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: packed, count: count))
    }

    /// The bytes behind what C handed back.
    static func from(_ opaque: UnsafeMutableRawPointer?) -> PackedBytes? {
        opaque.map { Unmanaged.fromOpaque($0).takeUnretainedValue() }
    }
}
