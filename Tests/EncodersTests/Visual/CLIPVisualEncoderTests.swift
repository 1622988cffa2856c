import Tensors
import Testing

@testable import Encoders

/// A small CLIP tower, a way to read it, and the golden file that was made with both.
struct ReadoutCase: CustomTestStringConvertible, Sendable {
    let golden: String
    let configuration: CLIPVisualEncoder.Configuration

    var testDescription: String { golden }

    static let all = [
        ReadoutCase("maskclip", .maskCLIP(keepResidual: false)),
        ReadoutCase("maskclip-residual", .maskCLIP(keepResidual: true), activation: .gelu, rule: .dino),
        ReadoutCase("maskclip-windows", .maskCLIP(keepResidual: false), window: .init(side: 32, stride: 16)),
        ReadoutCase("proxyclip", .proxyCLIP(.tokens, beta: 1.2, gamma: 3)),
        ReadoutCase(
            "proxyclip-windows", .proxyCLIP(.keys, beta: 0.8, gamma: 5), window: .init(side: 32, stride: 24)),
    ]

    init(
        _ golden: String, _ readout: CLIPVisualEncoder.Readout, window: CLIPVisualEncoder.Window? = nil,
        activation: Activation = .quickGELU, rule: VisionTransformer.PositionRule = .bicubic(antialias: false)
    ) {
        self.golden = golden
        configuration = CLIPVisualEncoder.Configuration(
            backbone: .init(
                width: 32, depth: 3, heads: 2, mlpWidth: 64, patch: 8, positionGrid: .init(rows: 4, columns: 4),
                positionRule: rule, epsilon: 1e-5, activation: activation),
            embeddingDimension: 12, readout: readout, window: window)
    }

    func with(_ window: CLIPVisualEncoder.Window?) -> CLIPVisualEncoder.Configuration {
        .init(
            backbone: configuration.backbone, embeddingDimension: configuration.embeddingDimension,
            readout: configuration.readout, window: window)
    }
}

extension Golden {
    fileprivate func guide(_ picture: String) throws -> Tensor? {
        contains("\(picture).guide") ? try self["\(picture).guide"] : nil
    }
}

@Suite("CLIP's visual tower, read at every place,")
struct CLIPVisualEncoderTests {
    private static let pictures = ["0", "1"]

    @Test("equals PyTorch's in its embeddings", arguments: ReadoutCase.all, EngineKind.allCases)
    func outputs(readout: ReadoutCase, kind: EngineKind) throws {
        let golden = try Golden(readout.golden)
        let network = try CLIPVisualEncoder(readout.configuration, golden.weights, engine: Engine(kind))
        for picture in Self.pictures {
            let features = try network(golden["\(picture).pixels"], guide: golden.guide(picture), context)
            #expect(try difference(features.embeddings, golden["\(picture).embeddings"]) < 1e-4)
            #expect(try leastCosine(features.embeddings, golden["\(picture).embeddings"]) > 0.99999)
            #expect(features.boundary == nil)
        }
    }

    @Test(
        "in bf16 to a cosine of 0.995 a place", .enabled(if: Engine.processorHasBF16), arguments: ReadoutCase.all)
    func halfPrecision(readout: ReadoutCase) throws {
        let golden = try Golden(readout.golden)
        let network = try CLIPVisualEncoder(
            readout.configuration, golden.weights, engine: Engine(.oneDNN, precision: .bf16))
        let features = try network(golden["1.pixels"], guide: golden.guide("1"), context)
        #expect(try leastCosine(features.embeddings, golden["1.embeddings"]) > 0.995)
    }

    @Test("has the same bits for 1, 2 and 3 threads", arguments: ReadoutCase.all)
    func threads(readout: ReadoutCase) throws {
        let golden = try Golden(readout.golden)
        let network = try CLIPVisualEncoder(readout.configuration, golden.weights, engine: Engine())
        let answers = try contexts.map {
            try network(golden["1.pixels"], guide: golden.guide("1"), $0).embeddings.values
        }
        #expect(answers.allSatisfy { $0 == answers[0] })
    }

    @Test("uses every tensor of one file, whatever the readout", arguments: ReadoutCase.all)
    func noTensorLeft(readout: ReadoutCase) throws {
        let weights = try Golden("maskclip").weights
        _ = try CLIPVisualEncoder(readout.configuration, weights, engine: Engine(.openBLAS))
        try weights.requireAllUsed()
    }

    @Test("asks for what its readout is guided by, and without a guide keeps each place's own value")
    func guidance() throws {
        let (proxy, mask) = (ReadoutCase.all[3], ReadoutCase.all[0])
        let golden = try Golden(proxy.golden)
        let guided = try CLIPVisualEncoder(proxy.configuration, golden.weights, engine: Engine())
        let own = try CLIPVisualEncoder(mask.configuration, golden.weights, engine: Engine())
        #expect(guided.guidance == .tokens && own.guidance == nil)
        let pixels = try golden["0.pixels"]
        #expect(try guided(pixels, context).embeddings.values == own(pixels, context).embeddings.values)
    }

    @Test("equals itself without windows when one holds the picture", arguments: ReadoutCase.all)
    func fittingWindow(readout: ReadoutCase) throws {
        let golden = try Golden(readout.golden)
        let (pixels, guide) = (try golden["1.pixels"], try golden.guide("1"))
        let answers = try [nil, .init(side: 64, stride: 8), .init(side: 640, stride: 640)].map { window in
            try CLIPVisualEncoder(readout.with(window), golden.weights, engine: Engine())(pixels, guide: guide, context)
                .embeddings.values
        }
        #expect(answers.allSatisfy { $0 == answers[0] })
    }

    /// Weights whose positions are all alike.
    private struct Placeless: WeightSource {
        let file: SafetensorsFile
        var path: String { file.path }
        var names: [String] { file.names }

        func shape(of name: String) -> [Int]? { file.shape(of: name) }

        func tensor(_ name: String, _ shape: [Int]) throws -> Tensor {
            let tensor = try file.tensor(name, shape)
            return name.hasSuffix("positional_embedding")
                ? tensor.gatherRows(Array(repeating: 0, count: shape[0])) : tensor
        }
    }

    @Test("shows no seam in a constant picture, when positions are all alike", arguments: [2, 4])
    func seamless(index: Int) throws {
        let readout = ReadoutCase.all[index]
        let weights = Weights(Placeless(file: try Golden(readout.golden).file)).scope("weights")
        let network = try CLIPVisualEncoder(readout.configuration, weights, engine: Engine())
        let pixels = Tensor([72, 120, 3], Array(repeating: 0.4, count: 72 * 120 * 3))
        let guide = Tensor([9, 15, 4], Array(repeating: 0.5, count: 9 * 15 * 4))
        let embeddings = try network(pixels, guide: guide, context).embeddings
        let first = embeddings.reshaped([135, 12]).gatherRows(Array(repeating: 0, count: 135))
        #expect(difference(embeddings, first.reshaped([9, 15, 12])) < 1e-5)
    }

    @Test("stops in the middle when nobody waits any more", arguments: ReadoutCase.all)
    func cancelled(readout: ReadoutCase) throws {
        struct Stop: Error {}
        let golden = try Golden(readout.golden)
        let network = try CLIPVisualEncoder(readout.configuration, golden.weights, engine: Engine())
        let stopping = ExecutionContext(team: ThreadTeam(threads: 2)) { throw Stop() }
        #expect(throws: Stop.self) { try network(golden["1.pixels"], guide: golden.guide("1"), stopping) }
    }
}
