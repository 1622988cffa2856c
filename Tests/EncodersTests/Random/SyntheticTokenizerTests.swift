import Tensors
import Testing

@testable import Encoders

@Suite("The synthetic tokenizer")
struct SyntheticTokenizerTests {
    private static func tokenizer(_ count: Int) throws -> BytePairTokenizer {
        let files = SyntheticTokenizer(tokens: count)
        return try BytePairTokenizer(vocabulary: files.vocabulary, merges: files.merges)
    }

    @Test("has as many tokens as asked for, numbered as CLIP's", arguments: [514, 515, 1_866, 37_018, 40_000, 49_408])
    func counts(count: Int) throws {
        let tokenizer = try Self.tokenizer(count)
        #expect(tokenizer.count == count)
        #expect(tokenizer.startOfText == count - 2)
        #expect(tokenizer.endOfText == count - 1)
    }

    @Test("of CLIP's size makes a few tokens of a name, others of another, and takes any text")
    func encodes() throws {
        let tokenizer = try Self.tokenizer(49_408)
        let names = ["road", "traffic light", "dining table", "person", "日本 😀 &amp;"]
        let tokens = names.map { tokenizer.encode($0, contextLength: 77) }
        #expect(Set(tokens).count == names.count)
        for (name, tokens) in zip(names, tokens).dropLast() {
            #expect(tokens.count - 2 <= (name.count + 1) / 2, "\(name)")
            #expect(tokens.allSatisfy { $0 < 49_408 })
        }
    }
}
