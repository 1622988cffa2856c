public import Tensors

/// The vision transformer of SAZS's public release: one depth is read out, projected and enlarged twice, an embedding
/// for every 8×8 pixels (at patch 16).
///
/// The release builds the four levels and the decoder of a DPT but returns its second level; what does not reach that
/// level is left out here. Source: Liu et al. 2023, `model/models.py` and `model/vit.py`.
public struct SAZSViT: VisualEncoder {
    public let configuration: Configuration
    public var multiple: Int { configuration.multiple }
    public var dimension: Int { configuration.embeddingDimension }
    private let backbone: VisionTransformer
    private let reassembly: Reassembly
    private let boundary: Conv2D?

    /// - Parameter weights: `backbone` (a ``VisionTransformer``), `reassemble.{readout, project, resize}`, and `boundary`
    ///   where the configuration has it.
    /// - Throws: what `weights` refuses: a tensor missing, of another shape, not finite.
    public init(_ configuration: Configuration, _ weights: Weights, engine: Engine) throws {
        let dimension = configuration.embeddingDimension
        self.configuration = configuration
        backbone = try VisionTransformer(configuration.backbone, weights.scope("backbone"), engine: engine)
        reassembly = try Reassembly(
            .enlarge(2), width: configuration.backbone.width, channels: dimension, weights.scope("reassemble"),
            engine: engine)
        boundary = try configuration.boundaryHead ? weights.boundaryHead(dimension, engine: engine) : nil
    }

    public func callAsFunction(_ pixels: Tensor, _ context: ExecutionContext) throws -> VisualFeatures {
        try run(pixels, context) { _, _ in }
    }

    /// - Parameter visit: told of what leaves the last of `backbone.blocks`, `[1 + N, D]`, and `reassemble`, `[h, w, C]`.
    func run(
        _ pixels: Tensor, _ context: ExecutionContext, visit: (_ block: String, Tensor) throws -> Void
    ) throws -> VisualFeatures {
        let hook = configuration.backbone.depth - 1
        guard let state = try backbone.hiddenStates(after: [hook], pixels, context).first else {
            preconditionFailure("a transformer has a last block")
        }
        try visit("backbone.blocks.\(hook)", state)
        let map = try reassembly(state, grid: backbone.grid(of: pixels), context)
        try visit("reassemble", map)
        return VisualFeatures(
            embeddings: try normalizedRows(map, context), boundary: try boundary?(map, context))
    }
}

extension SAZSViT {
    /// The architecture and the choices in which checkpoints differ; none has a default.
    public struct Configuration: Sendable, Equatable {
        /// Up to the block that is read; those after it do not reach the answer.
        public let backbone: VisionTransformer.Configuration
        public let embeddingDimension: Int
        public let boundaryHead: Bool

        public init(backbone: VisionTransformer.Configuration, embeddingDimension: Int, boundaryHead: Bool) {
            (self.backbone, self.embeddingDimension) = (backbone, embeddingDimension)
            self.boundaryHead = boundaryHead
        }

        /// Sides of pictures are whole multiples of a patch.
        var multiple: Int { backbone.patch }
    }
}
