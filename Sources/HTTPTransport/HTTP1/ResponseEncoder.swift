/// Writes HTTP/1.1 answers as bytes (RFC 9112), without doing any I/O.
enum ResponseEncoder {
    /// RFC 9110 §10.1.1.
    static let proceed = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Adds status line and fields. The version told is 1.1 also to a 1.0 client (RFC 9110 §2.5).
    ///
    /// - Parameter date: the value of `Date` (RFC 9110 §6.6.1).
    static func appendHead(
        status: Int, fields: Fields, framing: ResponseFraming, version: Request.Version, date: String,
        to output: inout [UInt8]
    ) {
        append("HTTP/1.1 ", to: &output)
        append(number: status, to: &output)
        output.append(UInt8(ascii: " "))
        append(StatusLine.reason(status), to: &output)
        append("\r\ndate: ", to: &output)
        append(date, to: &output)
        appendLines(of: fields, to: &output)
        switch framing.length {
        case .untold: break
        case .chunked: append("\r\ntransfer-encoding: chunked", to: &output)
        case .fixed(let length):
            append("\r\ncontent-length: ", to: &output)
            append(number: length, to: &output)
        }
        if framing.closes {
            append("\r\nconnection: close", to: &output)
        } else if version == .http10 {
            append("\r\nconnection: keep-alive", to: &output)
        }
        append("\r\n\r\n", to: &output)
    }

    /// Adds one chunk; an empty piece adds nothing, because an empty chunk would end the body.
    static func appendChunk(_ piece: [UInt8], to output: inout [UInt8]) {
        guard !piece.isEmpty else { return }
        append(String(piece.count, radix: 16), to: &output)
        append("\r\n", to: &output)
        output.append(contentsOf: piece)
        append("\r\n", to: &output)
    }

    static func appendLastChunk(to output: inout [UInt8]) {
        append("0\r\n\r\n", to: &output)
    }

    private static func appendLines(of fields: Fields, to output: inout [UInt8]) {
        // Slices of the array would each hold it, which costs more than the bytes.
        fields.bytes.withUnsafeBufferPointer { bytes in
            for line in fields.lines where !isOurs(line, of: fields) {
                append("\r\n", to: &output)
                let start = Int(line.start)
                let value = start + Int(line.nameLength)
                output.append(contentsOf: bytes[start..<value])
                append(": ", to: &output)
                output.append(contentsOf: bytes[value..<value + Int(line.valueLength)])
            }
        }
    }

    /// The fields that follow from framing and clock.
    private static func isOurs(_ line: Fields.Line, of fields: Fields) -> Bool {
        switch line.nameLength {
        case 4: fields.isNamed(line, "date")
        case 10: fields.isNamed(line, "connection")
        case 14: fields.isNamed(line, "content-length")
        case 17: fields.isNamed(line, "transfer-encoding")
        default: false
        }
    }

    private static func append(_ text: String, to output: inout [UInt8]) {
        output.append(contentsOf: text.utf8)
    }

    private static func append(number: Int, to output: inout [UInt8]) {
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            output.append(UInt8(truncatingIfNeeded: 48 + number / divisor % 10))
            divisor /= 10
        }
    }
}
