import Foundation
import Tensors
import Testing

@testable import Encoders

@Suite("the byte-pair tokenizer")
struct BytePairTokenizerTests {
    private static func file(_ name: String) throws -> [UInt8] {
        let url = try #require(Bundle.module.url(forResource: "Goldens/tokenizer/\(name)", withExtension: nil))
        return Array(try Data(contentsOf: url))
    }

    /// CLIP's published tokens in their order: bytes (printable ones first), bytes at the end of a piece, merges, start
    /// and end of text.
    private static func published() throws -> BytePairTokenizer {
        let merges = try file("merges.txt")
        let pairs = String(decoding: merges, as: UTF8.self).split(separator: "\n").dropFirst()
        let base = ByteAlphabet.characters.sorted().map { String($0) }
        let tokens =
            base + base.map { "\($0)</w>" } + pairs.map { $0.filter { $0 != " " } }
            + ["<|startoftext|>", "<|endoftext|>"]
        let vocabulary = JSONValue.object(tokens.enumerated().map { .init($1, JSONValue($0)) })
        return try BytePairTokenizer(vocabulary: Array(vocabulary.compact.utf8), merges: merges)
    }

    @Test("gives the tokens of transformers' CLIPTokenizer for 3,000 odd strings")
    func equalsReference() throws {
        let tokenizer = try Self.published()
        let rows = try #require(JSONValue(parsing: Self.file("tokens.json")).array)
        #expect(rows.count >= 3000)
        for row in rows {
            let pair = try #require(row.array)
            let text = try #require(pair[0].string)
            #expect(
                tokenizer.encode(text, contextLength: 77) == pair[1].array?.compactMap(\.integer),
                "\(text.debugDescription)")
        }
    }

    @Test("refuses what is no vocabulary or no merges, saying what is wrong")
    func refusals() {
        func fault(_ vocabulary: String, _ merges: String) -> String {
            do {
                _ = try BytePairTokenizer(vocabulary: Array(vocabulary.utf8), merges: Array(merges.utf8))
                return "accepted"
            } catch { return "\(error)" }
        }
        #expect(fault("{", "").contains("line 1"))
        #expect(fault("[]", "").contains("expected an object"))
        #expect(fault(#"{"a": 0.5}"#, "").contains("no whole number"))
        #expect(fault(#"{"a": 3}"#, "").contains("without gaps"))
        #expect(fault(#"{"a": 0}"#, "").contains("<|startoftext|>"))
        #expect(fault(#"{"a": 0}"#, "#version: 0.2\na b c\n").contains("pair 1"))
    }
}
