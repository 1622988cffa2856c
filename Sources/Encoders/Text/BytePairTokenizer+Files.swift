import Tensors

extension BytePairTokenizer {
    /// Reads the two files in which published tokenizers come.
    ///
    /// - Parameters:
    ///   - vocabulary: `vocab.json`, an object of tokens and their numbers.
    ///   - merges: `merges.txt`, one pair a line after a first line that says the version.
    /// - Throws: ``TokenizerError``
    public init(vocabulary: [UInt8], merges: [UInt8]) throws {
        let value: JSONValue
        do { value = try JSONValue(parsing: vocabulary) } catch { throw TokenizerError.vocabulary("\(error)") }
        guard let members = value.members else { throw TokenizerError.vocabulary("expected an object") }
        let tokens = try members.map { member in
            guard let number = member.value.integer else {
                throw TokenizerError.vocabulary("\"\(member.name)\" has no whole number")
            }
            return (member.name, number)
        }
        try self.init(
            vocabulary: Dictionary(tokens) { first, _ in first }, merges: Self.pairs(of: merges))
    }

    private static func pairs(of bytes: [UInt8]) throws -> [(String, String)] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.first?.starts(with: "#version".utf8) == true { lines.removeFirst() }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return try lines.enumerated().map { index, line in
            let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            guard parts.count == 2, let first = String(validating: parts[0], as: UTF8.self),
                let second = String(validating: parts[1], as: UTF8.self), !first.isEmpty, !second.isEmpty
            else { throw TokenizerError.merges(line: index + 1) }
            return (first, second)
        }
    }
}

/// Why two files are no byte-pair tokenizer.
public enum TokenizerError: Error, Equatable, CustomStringConvertible {
    case vocabulary(String)
    /// From 1, the version line not counted.
    case merges(line: Int)
    case missingToken(String)
    case repeatedMerge(String, String)
    case numbering

    /// Whether the fault lies in `merges.txt`, else in `vocab.json`.
    var isOfMerges: Bool {
        switch self {
        case .merges, .repeatedMerge: true
        case .vocabulary, .missingToken, .numbering: false
        }
    }

    public var description: String {
        switch self {
        case .vocabulary(let fault): "the tokenizer's vocabulary: \(fault)"
        case .merges(let line): "the tokenizer's merges: pair \(line) is not two tokens with one space between"
        case .missingToken(let token):
            "the tokenizer's vocabulary has no token \"\(token)\", which bytes or merges need"
        case .repeatedMerge(let first, let second): "the tokenizer's merges have the pair \"\(first) \(second)\" twice"
        case .numbering: "the tokenizer's vocabulary does not number its tokens 0, 1, 2, … without gaps"
        }
    }
}
