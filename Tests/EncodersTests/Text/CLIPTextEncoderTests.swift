import Tensors
import Testing

@testable import Encoders

@Suite("CLIP's text tower equals PyTorch's")
struct CLIPTextEncoderTests {
    /// A tokenizer of bytes alone: 256 within a piece, 256 at its end, start and end of text.
    static func byteTokenizer() throws -> BytePairTokenizer {
        let characters = ByteAlphabet.characters.map { String($0) }
        let tokens = characters + characters.map { "\($0)</w>" } + ["<|startoftext|>", "<|endoftext|>"]
        return try BytePairTokenizer(
            vocabulary: Dictionary(uniqueKeysWithValues: tokens.enumerated().map { ($1, $0) }), merges: [])
    }

    private func network(_ engine: Engine) throws -> (CLIPTextEncoder, Golden) {
        let golden = try Golden("text")
        let configuration = CLIPTextEncoder.Configuration(
            width: 32, layers: 3, heads: 2, mlpWidth: 64, contextLength: 20, embeddingDimension: 24, epsilon: 1e-5,
            activation: .quickGELU)
        return (
            try CLIPTextEncoder(configuration, tokenizer: Self.byteTokenizer(), golden.weights, engine: engine), golden
        )
    }

    @Test("block by block and in the embedding, prompts of several lengths at once", arguments: EngineKind.allCases)
    func embeddings(kind: EngineKind) throws {
        let (network, golden) = try network(Engine(kind))
        let tokens = try ["0", "1", "2"].map { try golden["\($0).tokens"].values.map { Int($0) } }
        let (states, sequences) = try network.hiddenStates(of: tokens, context)
        for (prompt, rows) in sequences.enumerated() {
            for block in 0..<3 {
                #expect(try difference(states[block].rows(rows), golden["\(prompt).block\(block)"]) < 1e-4)
            }
        }
        let embeddings = try network.embed(tokens: tokens, context)
        for prompt in 0..<3 {
            let row = embeddings.rows(prompt..<prompt + 1)
            #expect(try difference(row, golden["\(prompt).embedding"].reshaped([1, 24])) < 1e-3)
            #expect(try leastCosine(row, golden["\(prompt).embedding"].reshaped([1, 24])) > 0.99999)
        }
    }

    @Test("a prompt alone has the bits it has among 255 others", arguments: EngineKind.allCases)
    func neighbours(kind: EngineKind) throws {
        let (network, _) = try network(Engine(kind))
        let prompts = (0..<256).map { "prompt \($0 * 7919 % 1000)" + String(repeating: "x", count: $0 % 9) }
        let together = try network.embed(prompts, context)
        for index in [0, 1, 100, 255] {
            #expect(try network.embed([prompts[index]], context).values == together.rows(index..<index + 1).values)
        }
    }
}
