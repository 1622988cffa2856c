public import Tensors

/// A dense prediction transformer: four depths of a vision transformer, reassembled into maps and fused from coarse to
/// fine, an embedding for every 2×2 pixels (at patch 16).
///
/// Source: Ranftl et al. 2021, *Vision Transformers for Dense Prediction*; the head of Li et al. 2022 (LSeg).
public struct DPT: VisualEncoder {
    public let configuration: Configuration
    public var multiple: Int { configuration.multiple }
    public var dimension: Int { configuration.embeddingDimension }
    private let backbone: VisionTransformer
    private let levels: [Reassembly]
    private let necks: [Conv2D]
    private let fusions: [FeatureFusion]
    private let head: Conv2D
    private let boundary: Conv2D?

    /// - Parameter weights: `backbone` (a ``VisionTransformer``), `reassemble.i`, `neck.i`, `fusion.i` for the four
    ///   levels from fine to coarse, `head`, and `boundary` where the configuration has it.
    /// - Throws: what `weights` refuses: a tensor missing, of another shape, not finite.
    public init(_ configuration: Configuration, _ weights: Weights, engine: Engine) throws {
        let features = configuration.features
        self.configuration = configuration
        backbone = try VisionTransformer(configuration.backbone, weights.scope("backbone"), engine: engine)
        // Strides 4, 8, 16 and 32 at patch 16.
        levels = try [Reassembly.Scale.enlarge(4), .enlarge(2), .keep, .halve].enumerated().map { level, scale in
            try Reassembly(
                scale, width: configuration.backbone.width, channels: configuration.reassembleChannels[level],
                weights.scope("reassemble.\(level)"), engine: engine)
        }
        necks = try configuration.reassembleChannels.enumerated().map { level, channels in
            try Conv2D(
                weight: weights.tensor("neck.\(level).weight", [features, channels, 3, 3]), bias: nil, padding: 1,
                engine: engine)
        }
        fusions = try (0..<4).map {
            try FeatureFusion(
                configuration, weights.scope("fusion.\($0)"), takesCoarser: $0 < 3, engine: engine)
        }
        head = try weights.scope("head").convolution(
            features, configuration.embeddingDimension, kernel: 1, engine: engine)
        boundary = try configuration.boundaryHead ? weights.boundaryHead(features, engine: engine) : nil
    }

    public func callAsFunction(_ pixels: Tensor, _ context: ExecutionContext) throws -> VisualFeatures {
        try run(pixels, context) { _, _ in }
    }

    /// - Parameter visit: told of what leaves `neck.i`, the levels after their reassembly, and `fusion.i`, `[h, w, C]`.
    func run(
        _ pixels: Tensor, _ context: ExecutionContext, visit: (_ block: String, Tensor) throws -> Void
    ) throws -> VisualFeatures {
        let grid = backbone.grid(of: pixels)
        let states = try backbone.hiddenStates(after: configuration.hooks, pixels, context)
        var fused: Tensor?
        for level in levels.indices.reversed() {
            let map = try necks[level](levels[level](states[level], grid: grid, context), context)
            try visit("neck.\(level)", map)
            let joined = try fusions[level](map, coarser: fused, context)
            try visit("fusion.\(level)", joined)
            fused = joined
        }
        guard let path = fused else { preconditionFailure("a DPT has four levels") }
        return VisualFeatures(
            embeddings: try normalizedRows(head(path, context), context), boundary: try boundary?(path, context))
    }
}

extension DPT {
    /// The architecture and the choices in which published checkpoints differ; none has a default.
    public struct Configuration: Sendable, Equatable {
        public let backbone: VisionTransformer.Configuration
        /// The four blocks whose states are read, from 0.
        public let hooks: [Int]
        /// Channels of the four reassembled maps.
        public let reassembleChannels: [Int]
        /// Channels of the decoder.
        public let features: Int
        /// Epsilon of the batch norms in the residual units; nil when they have none.
        public let batchNormEpsilon: Float?
        public let embeddingDimension: Int
        public let boundaryHead: Bool

        public init(
            backbone: VisionTransformer.Configuration, hooks: [Int], reassembleChannels: [Int], features: Int,
            batchNormEpsilon: Float?, embeddingDimension: Int, boundaryHead: Bool
        ) {
            precondition(hooks.count == 4 && reassembleChannels.count == 4, "a DPT has four levels")
            (self.backbone, self.hooks, self.reassembleChannels) = (backbone, hooks, reassembleChannels)
            (self.features, self.batchNormEpsilon) = (features, batchNormEpsilon)
            (self.embeddingDimension, self.boundaryHead) = (embeddingDimension, boundaryHead)
        }

        /// Twice the patch: the coarsest map has half the sides of the token grid, and each fusion doubles them again.
        var multiple: Int { 2 * backbone.patch }
    }
}
