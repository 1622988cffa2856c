/// Walks the chunks of a PNG to its end (PNG, third edition, 5.3).
struct PNGHeader {
    private let bytes: [UInt8]
    private let picture: String
    private var position = 8
    private var chunks = 0
    private var metadata = 0
    private var orientation: ImageOrientation?

    static func read(_ bytes: [UInt8], picture: String, limits: ImageLimits) throws -> ImageHeader {
        var walk = PNGHeader(bytes: bytes, picture: picture)
        let (type, body) = try walk.nextChunk()
        guard type == "IHDR", body.count == 13 else { throw walk.corrupt("its first chunk is no header") }
        let (width, height) = (walk.number(at: body.startIndex), walk.number(at: body.startIndex + 4))
        guard width > 0, height > 0 else { throw walk.corrupt("its size is \(width)×\(height)") }
        // A picture that is too large is called so even when what follows is broken too.
        try limits.check(width: width, height: height, of: picture)
        while try walk.step(limits) {}
        return ImageHeader(
            format: .png, width: width, height: height, orientation: walk.orientation ?? .upright,
            bitDepth: Int(body[body.startIndex + 8]))
    }

    private init(bytes: [UInt8], picture: String) {
        self.bytes = bytes
        self.picture = picture
    }

    /// Reads one chunk; false at the last.
    private mutating func step(_ limits: ImageLimits) throws -> Bool {
        let (type, body) = try nextChunk()
        chunks += 1
        try check(chunks, "more than \(limits.chunks) chunks", limits.chunks)
        // A lower-case first letter marks attached data; `fdAT` holds the later frames of an animation.
        if type.utf8.first.map({ $0 & 0x20 != 0 }) == true && type != "fdAT" {
            metadata += body.count
            try check(metadata, "\(metadata) bytes of profiles and texts", limits.metadata)
        }
        if type == "eXIf" { orientation = orientation ?? ImageOrientation(exif: body) }
        return type != "IEND"
    }

    private mutating func nextChunk() throws -> (type: String, body: ArraySlice<UInt8>) {
        guard position + 12 <= bytes.count else { throw truncated }
        let length = number(at: position)
        guard length <= Int(Int32.max) else { throw corrupt("a chunk has the length \(length)") }
        guard position + 12 + length <= bytes.count else { throw truncated }
        defer { position += 12 + length }
        let type = String(decoding: bytes[position + 4..<position + 8], as: Unicode.ASCII.self)
        return (type, bytes[position + 8..<position + 8 + length])
    }

    private func number(at place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }

    private func check(_ value: Int, _ what: String, _ limit: Int) throws {
        guard value <= limit else {
            throw ImagingFailure.tooComplex(picture: picture, format: .png, what: what, limit: limit)
        }
    }

    private var truncated: ImagingFailure {
        .truncated(picture: picture, format: .png, fault: "chunk \(chunks + 1) is incomplete")
    }

    private func corrupt(_ fault: String) -> ImagingFailure {
        .corrupt(picture: picture, format: .png, fault: fault)
    }
}
