public import Tensors

/// CLIP's visual tower read out at every patch, without training.
///
/// All blocks but the last run as published. Of the last one's attention only the values are used: each place keeps its
/// own (MaskCLIP), or the mean of those that a self-supervised transformer finds alike (ProxyCLIP). The norm and the
/// projection that CLIP has for the class token then put every place where texts are.
///
/// Sources: Radford et al. 2021; Zhou et al. 2022, *Extract Free Dense Labels from CLIP*; Lan et al. 2024, *ProxyCLIP*.
public struct CLIPVisualEncoder: VisualEncoder {
    public let configuration: Configuration
    public var multiple: Int { configuration.multiple }
    public var dimension: Int { configuration.embeddingDimension }
    public var guidance: Guidance? { configuration.readout.guidance }
    private let trunk: TokenTrunk
    private let last: ValueBlock
    private let norm: LayerNorm
    private let projection: Linear
    private let windows: SlidingWindow

    /// - Parameter weights: by OpenAI's names, without `visual.`: `class_embedding [D]`,
    ///   `positional_embedding [1 + rows·columns, D]`, `conv1.weight [D, 3, P, P]`, `ln_pre`,
    ///   `transformer.resblocks.i.{ln_1, attn.in_proj_weight, attn.in_proj_bias, attn.out_proj, ln_2, mlp.c_fc,
    ///   mlp.c_proj}`, `ln_post`, `proj [D, E]`.
    /// - Throws: what `weights` refuses: a tensor missing, of another shape, not finite.
    public init(_ configuration: Configuration, _ weights: Weights, engine: Engine) throws {
        let (backbone, layout) = (configuration.backbone, VisionTransformer.Layout.clip)
        let (width, depth, dimension) = (backbone.width, backbone.depth, configuration.embeddingDimension)
        self.configuration = configuration
        trunk = try TokenTrunk(backbone, depth: depth - 1, weights, layout: layout, engine: engine)
        last = try ValueBlock(
            backbone.block, weights.scope("\(layout.blocks).\(depth - 1)"), names: layout.block,
            keepsResidual: configuration.readout == .maskCLIP(keepResidual: true), engine: engine)
        norm = try weights.scope(layout.norm).layerNorm(width, epsilon: backbone.epsilon)
        projection = try Linear(
            weight: weights.tensor("proj", [width, dimension]).transposed, bias: nil, engine: engine)
        windows = SlidingWindow(configuration.window, patch: backbone.patch)
    }

    public func callAsFunction(_ pixels: Tensor, _ context: ExecutionContext) throws -> VisualFeatures {
        try self(pixels, guide: nil, context)
    }

    public func callAsFunction(
        _ pixels: Tensor, guide: Tensor?, _ context: ExecutionContext
    ) throws -> VisualFeatures {
        let embeddings =
            if let guide, case .proxyCLIP(_, let beta, let gamma) = configuration.readout {
                try guided(pixels, guide, beta: beta, gamma: gamma, context)
            } else {
                try windows.blend(pixels, context) { part in try own(part, context) }
            }
        return VisualFeatures(embeddings: embeddings, boundary: nil)
    }

    /// MaskCLIP: each place keeps its own value.
    private func own(_ pixels: Tensor, _ context: ExecutionContext) throws -> Tensor {
        let states = try states(pixels, context)
        return try embeddings(last(states, context), configuration.backbone.grid(of: pixels), context)
    }

    /// ProxyCLIP: values of the whole picture, blended where windows overlap, mixed over one graph.
    private func guided(
        _ pixels: Tensor, _ guide: Tensor, beta: Float, gamma: Float, _ context: ExecutionContext
    ) throws -> Tensor {
        let values = try windows.blend(pixels, context) { part in
            let grid = configuration.backbone.grid(of: part)
            return try last.values(states(part, context), context)
                .reshaped([grid.rows, grid.columns, configuration.backbone.width])
        }
        let grid = (rows: guide.shape[0], columns: guide.shape[1])
        let resized = try interpolate(
            values, height: grid.rows, width: grid.columns, .bilinear(alignCorners: false), context)
        let places = grid.rows * grid.columns
        let mixed = try similarityAttention(
            features: guide.reshaped([places, guide.shape[2]]), values: resized.reshaped([places, resized.shape[2]]),
            beta: beta, gamma: gamma, context)
        return try embeddings(last.output(mixed, context), grid, context)
    }

    /// The patches' tokens that enter the last block, `[N, D]`.
    private func states(_ pixels: Tensor, _ context: ExecutionContext) throws -> Tensor {
        let states = try trunk(pixels, context)
        return states.rows(configuration.backbone.prefixTokens..<states.shape[0])
    }

    /// - Parameter tokens: `[N, D]` in place of what leaves the last block.
    private func embeddings(
        _ tokens: Tensor, _ grid: (rows: Int, columns: Int), _ context: ExecutionContext
    ) throws -> Tensor {
        try normalizedRows(projection(norm(tokens, context), context), context)
            .reshaped([grid.rows, grid.columns, dimension])
    }
}

extension CLIPVisualEncoder {
    /// The architecture and the choices in which checkpoints and ways to read them differ; none has a default.
    public struct Configuration: Sendable, Equatable {
        public let backbone: VisionTransformer.Configuration
        public let embeddingDimension: Int
        public let readout: Readout
        /// How larger pictures are cut; nil: they are encoded whole.
        public let window: Window?

        public init(
            backbone: VisionTransformer.Configuration, embeddingDimension: Int, readout: Readout, window: Window?
        ) {
            (self.backbone, self.embeddingDimension) = (backbone, embeddingDimension)
            (self.readout, self.window) = (readout, window)
        }

        /// Sides of pictures are whole multiples of a patch.
        var multiple: Int { backbone.patch }
    }

    /// What stands for the last block's attention.
    public enum Readout: Sendable, Equatable {
        /// Each place's own value; whether residual and feed-forward of the block stay.
        case maskCLIP(keepResidual: Bool)
        /// The mean of the values of places whose features are alike, see ``similarityAttention(features:values:beta:gamma:_:)``;
        /// residual and feed-forward go. Without a guide each place keeps its own value.
        case proxyCLIP(Guidance, beta: Float, gamma: Float)

        var guidance: Guidance? { if case .proxyCLIP(let guidance, _, _) = self { guidance } else { nil } }
    }

    /// Square parts of a large picture, each encoded for itself; in pixels, multiples of the patch.
    public struct Window: Sendable, Equatable {
        public let side: Int
        /// From one window to the next; at most a side.
        public let stride: Int

        public init(side: Int, stride: Int) { (self.side, self.stride) = (side, stride) }
    }
}
