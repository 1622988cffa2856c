extension JSONParser {
    /// A string in quotes, RFC 8259 §7.
    mutating func string() throws -> String {
        position += 1
        var content: [UInt8] = []
        let start = position
        while true {
            let plain = position
            while position < bytes.count, Self.isPlain(bytes[position]) { position += 1 }
            content.append(contentsOf: bytes[plain..<position])
            switch try peek(expected: "the end of a string") {
            case UInt8(ascii: "\""):
                guard let string = String(validating: content, as: UTF8.self) else {
                    position = start
                    throw JSONError.Reason.invalidUTF8
                }
                position += 1
                return string
            case UInt8(ascii: "\\"):
                content.append(contentsOf: String(try escape()).utf8)
            default:
                throw JSONError.Reason.controlCharacter
            }
        }
    }

    /// Whether a byte stands for itself in a string.
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private mutating func escape() throws -> Unicode.Scalar {
        position += 1
        let letter = try peek(expected: "an escape")
        if letter == UInt8(ascii: "u") { return try unicodeEscape() }
        guard let scalar = Self.escapes[letter] else { throw JSONError.Reason.invalidEscape }
        position += 1
        return scalar
    }

    private static let escapes: [UInt8: Unicode.Scalar] = [
        UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
        UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]

    private mutating func unicodeEscape() throws -> Unicode.Scalar {
        let start = position
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(UInt32(first)) { return scalar }
        guard UTF16.isLeadSurrogate(first), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else {
            position = start
            throw JSONError.Reason.loneSurrogate
        }
        position += 1
        let second = try codeUnit()
        guard UTF16.isTrailSurrogate(second) else {
            position = start
            throw JSONError.Reason.loneSurrogate
        }
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
    }

    /// Four hexadecimal digits after the `u` at `position`.
    private mutating func codeUnit() throws -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            position += 1
            let digit = try peek(expected: "a hexadecimal digit")
            guard let value = Character(Unicode.Scalar(digit)).hexDigitValue, digit < 0x80 else {
                throw JSONError.Reason.invalidEscape
            }
            unit = unit << 4 | UInt16(value)
        }
        position += 1
        return unit
    }
}
