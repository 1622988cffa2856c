/// Walks the segments of a JPEG up to its first scan (ITU-T T.81, annex B).
struct JPEGHeader {
    private let bytes: [UInt8]
    private let picture: String
    private var position = 2
    private var segments = 0
    private var metadata = 0
    private var frame: (width: Int, height: Int, precision: Int)?
    private var orientation: ImageOrientation?

    static func read(_ bytes: [UInt8], picture: String, limits: ImageLimits) throws -> ImageHeader {
        var walk = JPEGHeader(bytes: bytes, picture: picture)
        while try walk.step(limits) {}
        guard let frame = walk.frame else { throw walk.corrupt("a scan comes before the frame header") }
        return ImageHeader(
            format: .jpeg, width: frame.width, height: frame.height, orientation: walk.orientation ?? .upright,
            bitDepth: frame.precision)
    }

    private init(bytes: [UInt8], picture: String) {
        self.bytes = bytes
        self.picture = picture
    }

    /// Reads one segment; false at the first scan.
    private mutating func step(_ limits: ImageLimits) throws -> Bool {
        let marker = try nextMarker()
        switch marker {
        case 0x01, 0xd0...0xd7: return true
        case 0xd8: throw corrupt("it starts twice")
        case 0xd9: throw corrupt("it ends before its first scan")
        case 0xda: return false
        default: break
        }
        let body = try nextSegment()
        segments += 1
        try check(segments, "more than \(limits.chunks) header segments", limits.chunks)
        switch marker {
        case 0xc4, 0xc8, 0xcc: break
        case 0xc0...0xcf where frame == nil: frame = try readFrame(marker, body)
        case 0xe0...0xef, 0xfe:
            metadata += body.count
            try check(metadata, "\(metadata) bytes of profiles and texts", limits.metadata)
            if marker == 0xe1 && body.starts(with: "Exif\0\0".utf8) {
                orientation = orientation ?? ImageOrientation(exif: body)
            }
        default: break
        }
        return true
    }

    private mutating func nextMarker() throws -> UInt8 {
        guard let start = bytes[position...].firstIndex(of: 0xff),
            let place = bytes[start...].firstIndex(where: { $0 != 0xff })
        else { throw truncated }
        position = place + 1
        return bytes[place]
    }

    private mutating func nextSegment() throws -> ArraySlice<UInt8> {
        guard position + 2 <= bytes.count else { throw truncated }
        let length = Int(bytes[position]) << 8 | Int(bytes[position + 1])
        guard length >= 2 else { throw corrupt("a segment has the length \(length)") }
        guard position + length <= bytes.count else { throw truncated }
        defer { position += length }
        return bytes[position + 2..<position + length]
    }

    private func readFrame(_ marker: UInt8, _ body: ArraySlice<UInt8>) throws -> (Int, Int, Int) {
        let at = body.startIndex
        guard body.count >= 6 else { throw corrupt("its frame header is too short") }
        let (precision, components) = (Int(body[at]), Int(body[at + 5]))
        let height = Int(body[at + 1]) << 8 | Int(body[at + 2])
        let width = Int(body[at + 3]) << 8 | Int(body[at + 4])
        guard [0xc0, 0xc1, 0xc2, 0xc9, 0xca].contains(marker) else {
            throw unsupported("lossless or hierarchical coding")
        }
        guard precision == 8 else { throw unsupported("\(precision) bits a sample") }
        guard [1, 3, 4].contains(components) else { throw unsupported("\(components) colour components") }
        guard width > 0, height > 0 else { throw corrupt("its size is \(width)×\(height)") }
        return (width, height, precision)
    }

    private func check(_ value: Int, _ what: String, _ limit: Int) throws {
        guard value <= limit else {
            throw ImagingFailure.tooComplex(picture: picture, format: .jpeg, what: what, limit: limit)
        }
    }

    private var truncated: ImagingFailure {
        .truncated(picture: picture, format: .jpeg, fault: "it ends within its header")
    }

    private func corrupt(_ fault: String) -> ImagingFailure {
        .corrupt(picture: picture, format: .jpeg, fault: fault)
    }

    private func unsupported(_ encoding: String) -> ImagingFailure {
        .unsupportedEncoding(picture: picture, format: .jpeg, encoding: encoding)
    }
}
