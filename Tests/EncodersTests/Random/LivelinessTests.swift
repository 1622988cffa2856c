import Imaging
import Segmentation
import Tensors
import TestSupport
import Testing

@testable import Encoders

@Suite("Networks of random weights")
struct LivelinessTests {
    private static let names = [
        "airplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "dining table", "dog",
        "horse", "motorbike", "person", "potted plant", "sheep", "sofa", "train", "television", "sky",
    ]

    @Test(
        "give at least five of 21 names a hundredth of a picture each", arguments: TinyVisual.allCases, 0..<4 as Range)
    func manyNames(visual: TinyVisual, seed: Int) throws {
        let scratch = try ScratchFolder()
        try RandomBundle.tiny(visual, seed: UInt64(seed)).write(to: scratch.path("bundle"), context)
        let segmenter = try Segmenter(ModelBundle(directory: scratch.path("bundle"), engine: Engine()))
        let picture = try scene()
        for rule in [FusionRule.none, .selectAfterPropagate] {
            var options = SegmentationOptions()
            (options.background, options.fusion) = (.none, rule)
            let answer = try segmenter.segment(picture, into: Self.names.map { ClassQuery($0) }, options, context)
            let areas = answer.classes.map(\.area)
            let pixels = picture.image.width * picture.image.height
            #expect(areas.reduce(0, +) == pixels)
            #expect(areas.count { 100 * $0 >= pixels } >= 5, "seed \(seed), \(rule): \(areas.sorted(by: >))")
        }
    }

    /// The depth of the largest presets at a fraction of their width.
    private static let deep: [BundleConfiguration.Visual.Architecture] = [
        .dpt(
            DPT.Configuration(
                backbone: VisionTransformer.Configuration(
                    width: 64, depth: 24, heads: 4, mlpWidth: 256, patch: 16,
                    positionGrid: .init(rows: 24, columns: 24), positionRule: .bilinear(alignCorners: false),
                    epsilon: 1e-6, activation: .gelu),
                hooks: [5, 11, 17, 23], reassembleChannels: [16, 32, 64, 64], features: 16, batchNormEpsilon: 1e-5,
                embeddingDimension: 32, boundaryHead: true)),
        .drn(
            DRN.Configuration(
                block: .bottleneck, channels: [4, 4, 8, 8, 16, 32, 32, 32], blocks: [1, 1, 3, 4, 23, 3, 1, 1],
                batchNormEpsilon: 1e-5, pyramidBins: [1, 2, 3, 6], pyramidAlignCorners: false, pyramidWidth: 32,
                fuseWidth: nil, embeddingDimension: 32, boundaryHead: true)),
    ]

    @Test(
        "stay finite, tell places apart and do not swell rounding errors at full depth", arguments: deep,
        0..<3 as Range)
    func depth(architecture: BundleConfiguration.Visual.Architecture, seed: Int) throws {
        let pixels = try scene().image.tensor(
            width: 320, height: 256, mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5],
            .bilinear(alignCorners: false), antialias: true, context)
        let weights = Weights(RandomWeights(seed: UInt64(seed)))
        let network = try architecture.network(weights, engine: Engine())
        let features = try network(pixels, context)
        let portable = try architecture.network(weights, engine: Engine(.openBLAS))
        let other = try portable(pixels, context)
        let boundary = try #require(features.boundary).values
        #expect(boundary.allSatisfy { abs($0) < 1e4 })
        #expect(leastCosine(features.embeddings, other.embeddings) > 0.99999)
        #expect(meanLength(features.embeddings) < 0.95)
    }

    /// The length of the mean of unit rows: 1 where all are alike.
    private func meanLength(_ embeddings: Tensor) -> Float {
        let (values, width) = (embeddings.values, embeddings.shape[2])
        let rows = values.count / width
        return (0..<width).reduce(Float(0)) { sum, channel in
            let mean = (0..<rows).reduce(Float(0)) { $0 + values[$1 * width + channel] } / Float(rows)
            return sum + mean * mean
        }.squareRoot()
    }
}
