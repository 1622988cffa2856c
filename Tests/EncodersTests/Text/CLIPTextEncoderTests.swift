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

    private static func network(
        _ golden: Golden, layers: Int = 3, activation: Activation = .quickGELU, _ engine: Engine
    ) throws -> CLIPTextEncoder {
        let configuration = CLIPTextEncoder.Configuration(
            width: 32, layers: layers, heads: 2, mlpWidth: 64, contextLength: 20, embeddingDimension: 24, epsilon: 1e-5,
            activation: activation)
        return try CLIPTextEncoder(configuration, tokenizer: byteTokenizer(), golden.weights, engine: engine)
    }

    private static func tokens(_ golden: Golden, _ count: Int) throws -> [[Int]] {
        try (0..<count).map { try golden["\($0).tokens"].values.map { Int($0) } }
    }

    @Test("block by block and in the embedding, prompts of several lengths at once", arguments: EngineKind.allCases)
    func embeddings(kind: EngineKind) throws {
        let golden = try Golden("text")
        let network = try Self.network(golden, Engine(kind))
        let tokens = try Self.tokens(golden, 3)
        var visited = 0
        let embeddings = try network.embed(batch: tokens, context) { block, states in
            visited += 1
            var start = 0
            for (prompt, tokens) in tokens.enumerated() {
                let rows = states.rows(start..<start + tokens.count)
                let deviation = try difference(rows, golden["\(prompt).block\(block)"])
                #expect(deviation < 1e-4)
                start += tokens.count
            }
        }
        #expect(visited == 3)
        for prompt in 0..<3 {
            let row = embeddings.rows(prompt..<prompt + 1)
            #expect(try difference(row, golden["\(prompt).embedding"]) < 1e-3)
            #expect(try leastCosine(row, golden["\(prompt).embedding"]) > 0.99999)
        }
    }

    @Test("with the exact GELU, which the other kind cannot pass for")
    func exactGELU() throws {
        let golden = try Golden("text-gelu")
        let tokens = try Self.tokens(golden, 1)
        func deviation(_ activation: Activation) throws -> Float {
            let network = try Self.network(golden, layers: 1, activation: activation, Engine())
            return try difference(network.embed(tokens: tokens, context), golden["0.embedding"])
        }
        #expect(try deviation(.gelu) < 1e-4)
        #expect(try deviation(.quickGELU) > 1e-3)
    }

    @Test("in bf16 to a cosine of 0.999 a prompt", .enabled(if: Engine.processorHasBF16))
    func halfPrecision() throws {
        let golden = try Golden("text")
        let network = try Self.network(golden, Engine(.oneDNN, precision: .bf16))
        let embeddings = try network.embed(tokens: Self.tokens(golden, 3), context)
        for prompt in 0..<3 {
            #expect(try leastCosine(embeddings.rows(prompt..<prompt + 1), golden["\(prompt).embedding"]) > 0.999)
        }
    }

    @Test("a prompt alone has the bits it has among 255 others", arguments: EngineKind.allCases)
    func neighbours(kind: EngineKind) throws {
        let network = try Self.network(Golden("text"), Engine(kind))
        let prompts = (0..<256).map { "prompt \($0 * 7919 % 1000)" + String(repeating: "x", count: $0 % 9) }
        let together = try network.embed(prompts, context)
        for index in [0, 1, 100, 255] {
            #expect(try network.embed([prompts[index]], context).values == together.rows(index..<index + 1).values)
        }
    }

    @Test("the same bits for 1, 2 and 3 threads, rows of length 1")
    func threads() throws {
        let network = try Self.network(Golden("text"), Engine())
        let prompts = ["a", "traffic light", "a photo of a road"]
        let answers = try contexts.map { try network.embed(prompts, $0).values }
        #expect(answers.allSatisfy { $0 == answers[0] })
        for row in 0..<3 {
            let length = answers[0][row * 24..<row * 24 + 24].reduce(0) { $0 + $1 * $1 }
            #expect(abs(length - 1) < 1e-5)
        }
    }

    @Test("what follows the first end of text changes nothing, and no prompts give no rows")
    func endOfText() throws {
        let network = try Self.network(Golden("text"), Engine())
        let plain = try network.embed(["road"], context)
        #expect(try network.embed(["road<|endoftext|> or else"], context).values == plain.values)
        #expect(try network.embed([], context).shape == [0, 24])
    }
}
