extension JSONValue {
    /// Reads one JSON text (RFC 8259), strictly: no duplicate names, no NaN, no comments, nothing after the value.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8, without byte order mark.
    ///   - maximumDepth: levels of arrays and objects inside each other.
    /// - Throws: ``JSONError`` with the place of the first fault.
    public init(parsing bytes: [UInt8], maximumDepth: Int = 64) throws {
        var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth)
        do {
            self = try parser.text()
        } catch let reason as JSONError.Reason {
            let before = bytes.prefix(parser.position)
            let lines = before.count { $0 == UInt8(ascii: "\n") }
            let column = before.count - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
            throw JSONError(reason: reason, offset: parser.position, line: lines + 1, column: column + 1)
        }
    }
}

/// Recursive descent over the bytes; `position` stands at the fault when a reason is thrown.
struct JSONParser {
    let bytes: [UInt8]
    let maximumDepth: Int
    var position = 0

    mutating func text() throws -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw JSONError.Reason.trailingBytes }
        return value
    }

    private mutating func value(depth: Int) throws -> JSONValue {
        skipSpace()
        switch try peek(expected: "a value") {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        default: throw JSONError.Reason.unexpected(found, expected: "a value")
        }
    }

    private mutating func object(depth: Int) throws -> JSONValue {
        guard depth <= maximumDepth else { throw JSONError.Reason.tooDeep(limit: maximumDepth) }
        position += 1
        var members: [JSONValue.Member] = []
        // Bytes, because Swift takes canonically equivalent strings for equal and JSON (§8.3) does not.
        var names: Set<[UInt8]> = []
        skipSpace()
        guard !take("}") else { return .object([]) }
        repeat {
            skipSpace()
            guard try peek(expected: "a name in quotes") == UInt8(ascii: "\"") else {
                throw JSONError.Reason.unexpected(found, expected: "a name in quotes")
            }
            let start = position
            let name = try string()
            guard names.insert(Array(name.utf8)).inserted else {
                position = start
                throw JSONError.Reason.duplicateName(name)
            }
            skipSpace()
            try expect(":")
            members.append(JSONValue.Member(name, try value(depth: depth)))
            skipSpace()
        } while take(",")
        try expect("}", or: "a comma or }")
        return .object(members)
    }

    private mutating func array(depth: Int) throws -> JSONValue {
        guard depth <= maximumDepth else { throw JSONError.Reason.tooDeep(limit: maximumDepth) }
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        guard !take("]") else { return .array([]) }
        repeat {
            elements.append(try value(depth: depth))
            skipSpace()
        } while take(",")
        try expect("]", or: "a comma or ]")
        return .array(elements)
    }

    private mutating func literal(_ word: String, _ value: JSONValue) throws -> JSONValue {
        guard bytes[position...].starts(with: word.utf8) else {
            throw JSONError.Reason.unexpected(found, expected: "a value")
        }
        position += word.utf8.count
        return value
    }

    /// RFC 8259 §6: `[-] int [frac] [exp]`.
    private mutating func number() throws -> Double {
        let start = position
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        if position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            throw JSONError.Reason.invalidNumber
        }
        guard let value = Double(String(decoding: bytes[start..<position], as: UTF8.self)), value.isFinite else {
            position = start
            throw JSONError.Reason.numberOutOfRange
        }
        return value
    }

    private mutating func digits() throws {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        guard position > start else { throw JSONError.Reason.invalidNumber }
    }
}

extension JSONParser {
    mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    func peek(expected: String) throws -> UInt8 {
        guard position < bytes.count else { throw JSONError.Reason.unexpectedEnd(expected: expected) }
        return bytes[position]
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func expect(_ character: Unicode.Scalar, or expected: String? = nil) throws {
        let expected = expected ?? String(character)
        guard try peek(expected: expected) == UInt8(ascii: character) else {
            throw JSONError.Reason.unexpected(found, expected: expected)
        }
        position += 1
    }

    /// The byte at `position` as a message shows it.
    var found: String {
        let byte = bytes[position]
        return (0x21...0x7E).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
    }
}
