import Tensors
import Testing

@testable import Encoders

@Suite("DINO's vision transformer equals PyTorch's")
struct VisionTransformerTests {
    private func network(_ engine: Engine) throws -> (VisionTransformer, Golden) {
        let golden = try Golden("vision")
        let configuration = VisionTransformer.Configuration(
            width: 48, depth: 3, heads: 3, mlpWidth: 96, patch: 8, positionGrid: .init(rows: 5, columns: 5),
            positionRule: .dino, epsilon: 1e-6, activation: .gelu)
        return (try VisionTransformer(configuration, golden.weights, engine: engine), golden)
    }

    @Test("block by block, on the grid it was made for and on another", arguments: EngineKind.allCases, ["0", "1"])
    func blocks(kind: EngineKind, picture: String) throws {
        let (network, golden) = try network(Engine(kind))
        let states = try network.hiddenStates(after: [0, 1, 2], golden["\(picture).pixels"], context)
        for (index, state) in states.enumerated() {
            #expect(try difference(state, golden["\(picture).block\(index)"]) < 1e-4)
        }
    }

    @Test("in its last hidden state and in the keys of its last block", arguments: EngineKind.allCases, ["0", "1"])
    func outputs(kind: EngineKind, picture: String) throws {
        let (network, golden) = try network(Engine(kind))
        let pixels = try golden["\(picture).pixels"]
        let (last, keys) = (try network(pixels, context), try network.keys(pixels, context))
        #expect(try difference(last, golden["\(picture).last"]) < 1e-3)
        #expect(try leastCosine(last, golden["\(picture).last"]) > 0.99999)
        #expect(try difference(keys, golden["\(picture).keys"]) < 1e-3)
        #expect(try leastCosine(keys, golden["\(picture).keys"]) > 0.99999)
    }

    @Test("in bf16 to a cosine of 0.999 a token", .enabled(if: Engine.processorHasBF16), arguments: ["0", "1"])
    func halfPrecision(picture: String) throws {
        let (network, golden) = try network(Engine(.oneDNN, precision: .bf16))
        #expect(try leastCosine(network.keys(golden["\(picture).pixels"], context), golden["\(picture).keys"]) > 0.999)
    }

    @Test("with the same bits for 1, 2 and 3 threads")
    func threads() throws {
        let (network, golden) = try network(Engine())
        let answers = try contexts.map { try network(golden["1.pixels"], $0).values }
        #expect(answers.allSatisfy { $0 == answers[0] })
    }
}
