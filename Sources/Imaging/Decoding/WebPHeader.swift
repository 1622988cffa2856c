/// Walks the chunks of a WebP file (RFC 9649, 2.3 to 2.7).
struct WebPHeader {
    private let bytes: [UInt8]
    private let picture: String
    private var position = 12
    private let end: Int
    private var chunks = 0
    private var size: (width: Int, height: Int)?
    private var orientation: ImageOrientation?

    static func read(_ bytes: [UInt8], picture: String, limits: ImageLimits) throws -> ImageHeader {
        var walk = try WebPHeader(bytes: bytes, picture: picture)
        while try walk.step(limits) {}
        guard let size = walk.size else { throw walk.corrupt("it holds no picture") }
        return ImageHeader(
            format: .webp, width: size.width, height: size.height, orientation: walk.orientation ?? .upright,
            bitDepth: 8)
    }

    private init(bytes: [UInt8], picture: String) throws {
        self.bytes = bytes
        self.picture = picture
        end = 8 + bytes[4..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard end >= 12 else { throw corrupt("its size field says \(end - 8)") }
    }

    /// Reads one chunk; false after the last.
    private mutating func step(_ limits: ImageLimits) throws -> Bool {
        guard position < end else { return false }
        guard position + 8 <= bytes.count else { throw truncated }
        let type = String(decoding: bytes[position..<position + 4], as: Unicode.ASCII.self)
        let length = number(at: position + 4, count: 4)
        position += 8
        if size == nil {
            size = try readSize(type)
            if let size { try limits.check(width: size.width, height: size.height, of: picture) }
        }
        guard position + length <= bytes.count else { throw truncated }
        if type == "EXIF" {
            orientation = orientation ?? ImageOrientation(exif: bytes[position..<position + length])
        }
        position += length + length % 2
        chunks += 1
        guard chunks <= limits.chunks else {
            throw ImagingFailure.tooComplex(
                picture: picture, format: .webp, what: "more than \(limits.chunks) chunks", limit: limits.chunks)
        }
        return true
    }

    /// The size in the body of the first chunk that has one.
    private func readSize(_ type: String) throws -> (width: Int, height: Int)? {
        guard ["VP8X", "VP8 ", "VP8L"].contains(type) else { return nil }
        guard position + 10 <= bytes.count else { throw truncated }
        switch type {
        case "VP8X":
            return (number(at: position + 4, count: 3) + 1, number(at: position + 7, count: 3) + 1)
        case "VP8L":
            guard bytes[position] == 0x2f else { throw corrupt("its lossless data has no signature") }
            let bits = number(at: position + 1, count: 4)
            return (bits & 0x3fff + 1, bits >> 14 & 0x3fff + 1)
        default:
            guard bytes[position + 3..<position + 6].elementsEqual([0x9d, 0x01, 0x2a]) else {
                throw corrupt("its lossy data has no signature")
            }
            let size = (number(at: position + 6, count: 2) & 0x3fff, number(at: position + 8, count: 2) & 0x3fff)
            guard size.0 > 0, size.1 > 0 else { throw corrupt("its size is \(size.0)×\(size.1)") }
            return size
        }
    }

    private func number(at place: Int, count: Int) -> Int {
        bytes[place..<place + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private var truncated: ImagingFailure {
        .truncated(picture: picture, format: .webp, fault: "\(bytes.count) of \(end) bytes are there")
    }

    private func corrupt(_ fault: String) -> ImagingFailure {
        .corrupt(picture: picture, format: .webp, fault: fault)
    }
}
