import Testing

/// The chunks of a PNG, to look at what a decoder skips, and to damage what checksums guard.
struct PNGChunks {
    var chunks: [(type: String, body: [UInt8])]

    init(_ bytes: [UInt8]) throws {
        var (chunks, position) = ([(type: String, body: [UInt8])](), 8)
        while position < bytes.count {
            try #require(position + 12 <= bytes.count)
            let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            let end = position + 8 + length
            try #require(end + 4 <= bytes.count)
            chunks.append(
                (String(decoding: bytes[position + 4..<position + 8], as: UTF8.self), Array(bytes[position + 8..<end])))
            position = end + 4
        }
        self.chunks = chunks
    }

    func body(_ type: String) throws -> [UInt8] { try #require(chunks.first { $0.type == type }, "no \(type)").body }

    /// Bit depth and colour type.
    func coding() throws -> [UInt8] { Array(try body("IHDR")[8...9]) }

    /// The iTXt chunk: keyword, NUL, no compression (two bytes), no language and no translation (two NULs), text.
    func text() throws -> (keyword: String, content: [UInt8]) {
        let body = try body("iTXt")
        let keyword = body.prefix { $0 != 0 }
        try #require(body[keyword.count...].starts(with: [0, 0, 0, 0, 0]))
        return (String(decoding: keyword, as: UTF8.self), Array(body[(keyword.count + 5)...]))
    }

    /// The chunks as a file again, with the checksums that they need now.
    func bytes() -> [UInt8] {
        chunks.reduce([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) { file, chunk in
            let guarded = Array(chunk.type.utf8) + chunk.body
            return file + Self.bigEndian(UInt32(chunk.body.count)) + guarded + Self.bigEndian(Self.checksum(guarded))
        }
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
    }

    /// CRC-32 (PNG, third edition, annex D).
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? 0xedb8_8320 ^ (crc >> 1) : crc >> 1 }
        }
    }
}
