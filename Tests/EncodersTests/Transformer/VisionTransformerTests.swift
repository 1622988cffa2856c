import Tensors
import Testing

@testable import Encoders

/// A small vision transformer and the golden file that was made with it.
struct TransformerCase: CustomTestStringConvertible, Sendable {
    let golden: String
    let configuration: VisionTransformer.Configuration

    var testDescription: String { golden }

    static let all = [
        TransformerCase("vision", width: 48, .dino, registers: 0, layerScale: false),
        TransformerCase("dinov2", width: 24, .dino, registers: 0, layerScale: true),
        TransformerCase("dinov2-registers", width: 24, .bicubic(antialias: true), registers: 4, layerScale: true),
    ]

    private init(
        _ golden: String, width: Int, _ rule: VisionTransformer.PositionRule, registers: Int, layerScale: Bool
    ) {
        self.golden = golden
        configuration = VisionTransformer.Configuration(
            width: width, depth: 3, heads: 3, mlpWidth: 2 * width, patch: 8, positionGrid: .init(rows: 5, columns: 5),
            positionRule: rule, epsilon: 1e-6, activation: .gelu, registers: registers, layerScale: layerScale)
    }

    func network(_ engine: Engine) throws -> (VisionTransformer, Golden) {
        let golden = try Golden(golden)
        return (try VisionTransformer(configuration, golden.weights, engine: engine), golden)
    }
}

@Suite("DINO's and DINOv2's vision transformers equal PyTorch's")
struct VisionTransformerTests {
    private static let pictures = ["0", "1"]

    @Test(
        "block by block, on the grid it was made for and on another", arguments: TransformerCase.all,
        EngineKind.allCases)
    func blocks(transformer: TransformerCase, kind: EngineKind) throws {
        let (network, golden) = try transformer.network(Engine(kind))
        for picture in Self.pictures {
            let states = try network.hiddenStates(after: [0, 1, 2], golden["\(picture).pixels"], context)
            #expect(states.count == 3)
            for (index, state) in states.enumerated() {
                #expect(try difference(state, golden["\(picture).block\(index)"]) < 1e-4)
            }
        }
    }

    @Test(
        "in its last hidden state and in the keys of its last block", arguments: TransformerCase.all,
        EngineKind.allCases)
    func outputs(transformer: TransformerCase, kind: EngineKind) throws {
        let (network, golden) = try transformer.network(Engine(kind))
        for picture in Self.pictures {
            let pixels = try golden["\(picture).pixels"]
            let (last, keys) = (try network(pixels, context), try network.keys(pixels, context))
            #expect(try difference(last, golden["\(picture).last"]) < 1e-3)
            #expect(try leastCosine(last, golden["\(picture).last"]) > 0.99999)
            #expect(try difference(keys, golden["\(picture).keys"]) < 1e-3)
            #expect(try leastCosine(keys, golden["\(picture).keys"]) > 0.99999)
        }
    }

    @Test("in keys and tokens of the patches alone, from one pass", arguments: TransformerCase.all)
    func patchFeatures(transformer: TransformerCase) throws {
        let (network, golden) = try transformer.network(Engine())
        let pixels = try golden["1.pixels"]
        let features = try network.patchFeatures(pixels, withTokens: true, context)
        let last = try network(pixels, context)
        #expect(features.grid == (7, 9))
        #expect(features.keys.values == (try network.keys(pixels, context)).values)
        let prefix = 1 + transformer.configuration.registers
        #expect(features.tokens?.values == last.rows(prefix..<prefix + 63).values)
        #expect(features.map(of: .tokens)?.shape == [7, 9, transformer.configuration.width])
        #expect(try network.patchFeatures(pixels, withTokens: false, context).map(of: .tokens) == nil)
    }

    @Test("in bf16 to a cosine of 0.999 a token", .enabled(if: Engine.processorHasBF16), arguments: TransformerCase.all)
    func halfPrecision(transformer: TransformerCase) throws {
        let (network, golden) = try transformer.network(Engine(.oneDNN, precision: .bf16))
        for picture in Self.pictures {
            let keys = try network.keys(golden["\(picture).pixels"], context)
            #expect(try leastCosine(keys, golden["\(picture).keys"]) > 0.999)
        }
    }

    @Test("with the same bits for 1, 2 and 3 threads", arguments: TransformerCase.all)
    func threads(transformer: TransformerCase) throws {
        let (network, golden) = try transformer.network(Engine())
        let answers = try contexts.map { try network(golden["1.pixels"], $0).values }
        #expect(answers.allSatisfy { $0 == answers[0] })
    }

    @Test("using every tensor of the file", arguments: TransformerCase.all)
    func noTensorLeft(transformer: TransformerCase) throws {
        let weights = try Golden(transformer.golden).weights
        _ = try VisionTransformer(transformer.configuration, weights, engine: Engine(.openBLAS))
        try weights.requireAllUsed()
    }
}
