/// Why a text is not JSON, and where.
public struct JSONError: Error, Equatable, CustomStringConvertible {
    public enum Reason: Error, Sendable, Equatable {
        case unexpected(String, expected: String)
        case unexpectedEnd(expected: String)
        case duplicateName(String)
        case tooDeep(limit: Int)
        case invalidUTF8
        case loneSurrogate
        case controlCharacter
        case invalidEscape
        case invalidNumber
        case numberOutOfRange
        case trailingBytes
    }

    public let reason: Reason
    /// Bytes before the fault.
    public let offset: Int
    /// From 1.
    public let line: Int
    /// From 1, in bytes.
    public let column: Int

    public var description: String { "line \(line), column \(column): \(reason.text)" }
}

extension JSONError.Reason {
    var text: String {
        switch self {
        case .unexpected(let found, let expected): "found \(found) where \(expected) is expected"
        case .unexpectedEnd(let expected): "the text ends where \(expected) is expected"
        case .duplicateName(let name): "the name \(JSONValue.quoted(name)) stands twice in one object"
        case .tooDeep(let limit): "nested deeper than \(limit) levels"
        case .invalidUTF8: "a string that is not UTF-8"
        case .loneSurrogate: "half of a surrogate pair in a \\u escape"
        case .controlCharacter: "a control character in a string; write it as \\u00XX"
        case .invalidEscape: "an escape that JSON does not have"
        case .invalidNumber: "not a number as JSON writes it (no NaN, Infinity, leading zero or plus sign)"
        case .numberOutOfRange: "a number that no double holds"
        case .trailingBytes: "more text after the value"
        }
    }
}
