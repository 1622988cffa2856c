/// What is remembered of a chunked body from chunk to chunk (RFC 9112 §7.1).
struct ChunkedBody: Sendable {
    private var bodyBytes = 0
    private var extensionBytes = 0

    /// Reads `chunk-size [ chunk-ext ]`; 0 is the last chunk.
    mutating func readSize(_ line: Span<UInt8>, _ limits: RequestLimits) throws(TransportFault) -> Int {
        var index = 0
        var size = 0
        while index < line.count, let digit = line[index].hexadecimalValue {
            // 15 digits always fit, and more are padding that no client sends.
            guard index < 15 else { throw .malformed(.badChunkSize) }
            size = size << 4 | digit
            index += 1
        }
        guard index > 0 else { throw .malformed(.badChunkSize) }
        guard index == line.count || line[index].isBlank || line[index] == UInt8(ascii: ";") else {
            throw .malformed(.badChunkSize)
        }
        extensionBytes += line.count - index
        guard extensionBytes <= RequestLimits.chunkExtensions, Self.isExtension(line.extracting(index..<line.count))
        else {
            throw .malformed(.badChunkExtension)
        }
        guard size <= limits.body - bodyBytes else { throw .bodyTooLarge(limit: limits.body, actual: nil) }
        bodyBytes += size
        return size
    }

    /// RFC 9112 §7.1.1: `*( BWS ";" BWS chunk-ext-name [ BWS "=" BWS ( token / quoted-string ) ] )`. Extensions are
    /// checked and ignored.
    private static func isExtension(_ line: Span<UInt8>) -> Bool {
        guard !line.isEmpty else { return true }
        var scanner = Scanner(line: line.withUnsafeBufferPointer(Array.init))
        while !scanner.isAtEnd {
            scanner.skipBlanks()
            guard scanner.take(UInt8(ascii: ";")) else { return false }
            scanner.skipBlanks()
            guard scanner.takeToken() else { return false }
            let end = scanner.index
            scanner.skipBlanks()
            guard scanner.take(UInt8(ascii: "=")) else {
                scanner.index = end
                continue
            }
            scanner.skipBlanks()
            guard scanner.takeToken() || scanner.takeQuotedString() else { return false }
        }
        return true
    }
}

/// A place in a line that moves over what it is asked for.
private struct Scanner {
    let line: [UInt8]
    var index = 0

    var isAtEnd: Bool { index == line.count }

    mutating func skipBlanks() {
        while index < line.count, line[index].isBlank { index += 1 }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard index < line.count, line[index] == byte else { return false }
        index += 1
        return true
    }

    mutating func takeToken() -> Bool {
        let start = index
        while index < line.count, line[index].isTokenCharacter { index += 1 }
        return index > start
    }

    /// RFC 9110 §5.6.4.
    mutating func takeQuotedString() -> Bool {
        guard take(UInt8(ascii: "\"")) else { return false }
        while index < line.count, line[index] != UInt8(ascii: "\"") {
            if line[index] == UInt8(ascii: "\\") { index += 1 }
            guard index < line.count, line[index].isFieldValueCharacter else { return false }
            index += 1
        }
        return take(UInt8(ascii: "\""))
    }
}
