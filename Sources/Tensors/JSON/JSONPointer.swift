/// A place in a JSON text, RFC 6901, as error messages name it: `/segments/0/rle`.
public struct JSONPointer: Sendable, Equatable, CustomStringConvertible {
    /// Names and indices from the top down; none for the whole text.
    public let tokens: [String]

    /// The whole text.
    public static let root = JSONPointer(tokens: [])

    private init(tokens: [String]) { self.tokens = tokens }

    /// The pointer that `text` writes; nil unless it is empty or starts with a slash, or where a tilde stands before
    /// anything but 0 and 1 (§3).
    public init?(_ text: String) {
        guard text.isEmpty || text.utf8.first == UInt8(ascii: "/") else { return nil }
        let written = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let tokens = written.compactMap(Self.unescaped)
        guard tokens.count == written.count else { return nil }
        self.tokens = tokens
    }

    /// The member `name` of the object here.
    public func appending(_ name: String) -> JSONPointer { JSONPointer(tokens: tokens + [name]) }

    /// The element `index` of the array here.
    public func appending(_ index: Int) -> JSONPointer { appending(String(index)) }

    public var description: String { tokens.map { "/" + Self.escaped($0) }.joined() }

    private static func escaped(_ token: String) -> String {
        var text = String.UnicodeScalarView()
        for scalar in token.unicodeScalars {
            switch scalar {
            case "~": text.append(contentsOf: "~0".unicodeScalars)
            case "/": text.append(contentsOf: "~1".unicodeScalars)
            default: text.append(scalar)
            }
        }
        return String(text)
    }

    private static func unescaped(_ written: Substring) -> String? {
        var (text, isAfterTilde) = (String.UnicodeScalarView(), false)
        for scalar in written.unicodeScalars {
            switch (isAfterTilde, scalar) {
            case (true, "0"): text.append("~")
            case (true, "1"): text.append("/")
            case (true, _): return nil
            case (false, "~"): break
            case (false, _): text.append(scalar)
            }
            isAfterTilde = !isAfterTilde && scalar == "~"
        }
        return isAfterTilde ? nil : String(text)
    }
}

extension JSONValue {
    /// The value at a place; nil where the text has none there.
    public subscript(pointer: JSONPointer) -> JSONValue? {
        pointer.tokens.reduce(self as JSONValue?) { value, token in
            guard let elements = value?.array else { return value?[token] }
            // §4: digits without leading zero.
            guard let index = Int(token), String(index) == token, elements.indices.contains(index) else { return nil }
            return elements[index]
        }
    }
}
