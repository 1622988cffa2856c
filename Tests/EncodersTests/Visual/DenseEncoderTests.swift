import Tensors
import Testing

@testable import Encoders

/// A small dense network and the golden file that was made with it.
struct DenseCase: CustomTestStringConvertible, Sendable {
    let golden: String
    let pictures: [String]
    /// How many blocks the golden file has.
    let blocks: Int
    let build: @Sendable (Weights, Engine) throws -> any VisitedEncoder

    var testDescription: String { golden }

    static let all = [
        DenseCase(golden: "dpt", pictures: ["0", "1"], blocks: 8) { try DPT(dpt, $0, engine: $1) },
        DenseCase(golden: "dpt-batch-norm", pictures: ["0"], blocks: 1) { try DPT(dptWithBatchNorm, $0, engine: $1) },
        DenseCase(golden: "sazs-vit", pictures: ["0", "1"], blocks: 2) { try SAZSViT(sazsViT, $0, engine: $1) },
        DenseCase(golden: "drn-basic", pictures: ["0", "1"], blocks: 10) { try DRN(drnBasic, $0, engine: $1) },
        DenseCase(golden: "drn-bottleneck", pictures: ["0"], blocks: 10) { try DRN(drnBottleneck, $0, engine: $1) },
        DenseCase(golden: "drn-bare", pictures: ["0"], blocks: 1) { try DRN(drnBare, $0, engine: $1) },
    ]

    static func backbone(width: Int, depth: Int = 4) -> VisionTransformer.Configuration {
        .init(
            width: width, depth: depth, heads: 2, mlpWidth: 2 * width, patch: 8,
            positionGrid: .init(rows: 4, columns: 4), positionRule: .bilinear(alignCorners: false), epsilon: 1e-6,
            activation: .gelu)
    }

    static let dpt = DPT.Configuration(
        backbone: backbone(width: 32), hooks: [0, 1, 2, 3], reassembleChannels: [8, 12, 16, 16], features: 16,
        batchNormEpsilon: nil, embeddingDimension: 12, boundaryHead: true)

    static let dptWithBatchNorm = DPT.Configuration(
        backbone: backbone(width: 16), hooks: [0, 1, 2, 3], reassembleChannels: [8, 8, 8, 8], features: 8,
        batchNormEpsilon: 1e-5, embeddingDimension: 12, boundaryHead: true)

    static let sazsViT = SAZSViT.Configuration(
        backbone: backbone(width: 32, depth: 2), embeddingDimension: 12, boundaryHead: true)

    static let drnBasic = DRN.Configuration(
        block: .basic, channels: [4, 6, 8, 8, 12, 12, 12, 12], blocks: [1, 1, 2, 1, 2, 2, 1, 1],
        batchNormEpsilon: 1e-5, pyramidBins: [1, 2, 3, 6], pyramidAlignCorners: false, pyramidWidth: 8, fuseWidth: 16,
        embeddingDimension: 12, boundaryHead: true)

    static let drnBottleneck = DRN.Configuration(
        block: .bottleneck, channels: [4, 4, 4, 4, 6, 6, 8, 8], blocks: [2, 1, 1, 2, 1, 2, 2, 1],
        batchNormEpsilon: 1e-5, pyramidBins: [1, 2, 3, 6], pyramidAlignCorners: false, pyramidWidth: 8, fuseWidth: 8,
        embeddingDimension: 12, boundaryHead: true)

    static let drnBare = DRN.Configuration(
        block: .basic, channels: Array(repeating: 4, count: 8), blocks: Array(repeating: 1, count: 8),
        batchNormEpsilon: 1e-3, pyramidBins: [1, 2], pyramidAlignCorners: true, pyramidWidth: 4, fuseWidth: nil,
        embeddingDimension: 6, boundaryHead: false)
}

/// An encoder that tells what leaves its blocks.
protocol VisitedEncoder: VisualEncoder {
    func run(
        _ pixels: Tensor, _ context: ExecutionContext, visit: (_ block: String, Tensor) throws -> Void
    ) throws -> VisualFeatures
}

extension DRN: VisitedEncoder {}
extension DPT: VisitedEncoder {}
extension SAZSViT: VisitedEncoder {}

@Suite("the dense encoders equal PyTorch's")
struct DenseEncoderTests {
    @Test("block by block, in embeddings and in boundary logits", arguments: DenseCase.all, EngineKind.allCases)
    func outputs(dense: DenseCase, kind: EngineKind) throws {
        let golden = try Golden(dense.golden)
        let network = try dense.build(golden.weights, Engine(kind))
        for picture in dense.pictures {
            var compared = 0
            let features = try network.run(golden["\(picture).pixels"], context) { block, map in
                guard golden.contains("\(picture).\(block)") else { return }
                compared += 1
                let deviation = try difference(map, golden["\(picture).\(block)"])
                #expect(deviation < 1e-4, "\(block)")
            }
            #expect(compared == dense.blocks)
            #expect(try difference(features.embeddings, golden["\(picture).embeddings"]) < 1e-3)
            #expect(try leastCosine(features.embeddings, golden["\(picture).embeddings"]) > 0.99999)
            #expect((features.boundary != nil) == golden.contains("\(picture).boundary"))
            if let boundary = features.boundary {
                #expect(try difference(boundary, golden["\(picture).boundary"]) < 1e-3)
            }
        }
    }

    @Test(
        "in bf16 to a cosine of 0.995 a position", .enabled(if: Engine.processorHasBF16), arguments: DenseCase.all)
    func halfPrecision(dense: DenseCase) throws {
        let golden = try Golden(dense.golden)
        let network = try dense.build(golden.weights, Engine(.oneDNN, precision: .bf16))
        for picture in dense.pictures {
            let features = try network(golden["\(picture).pixels"], context)
            #expect(try leastCosine(features.embeddings, golden["\(picture).embeddings"]) > 0.995)
        }
    }

    @Test("with the same bits for 1, 2 and 3 threads", arguments: DenseCase.all)
    func threads(dense: DenseCase) throws {
        let golden = try Golden(dense.golden)
        let network = try dense.build(golden.weights, Engine())
        let answers = try contexts.map { try network(golden["0.pixels"], $0).embeddings.values }
        #expect(answers.allSatisfy { $0 == answers[0] })
    }

    @Test("using every tensor of the file", arguments: DenseCase.all)
    func noTensorLeft(dense: DenseCase) throws {
        let golden = try Golden(dense.golden)
        let weights = golden.weights
        _ = try dense.build(weights, Engine(.openBLAS))
        try weights.requireAllUsed()
    }
}
