public import Tensors

/// A dilated residual network, variant D, with a pyramid pooling head: an embedding for every 8×8 pixels.
///
/// Sources: Yu et al. 2017, *Dilated Residual Networks*; Zhao et al. 2017, *Pyramid Scene Parsing Network*.
public struct DRN: VisualEncoder {
    public let configuration: Configuration
    public var multiple: Int { configuration.multiple }
    public var dimension: Int { configuration.embeddingDimension }
    private let layers: [DRNLayer]
    private let pyramid: PyramidPooling
    private let project: Conv2D?
    private let boundary: Conv2D?

    /// - Parameter weights: `layer0` … `layer8` by the published names, `pyramid.branches.j`, `pyramid.fuse`,
    ///   `project` (without it, and without a configured width of the fused pyramid, that is the embedding) and, where
    ///   configured, `boundary`. Batch norms are folded into the convolutions.
    /// - Throws: what `weights` refuses: a tensor missing, of another shape, not finite.
    public init(_ configuration: Configuration, _ weights: Weights, engine: Engine) throws {
        self.configuration = configuration
        layers = try DRNTrunk(configuration: configuration, engine: engine).layers(weights)
        let dimension = configuration.embeddingDimension
        let isProjected = configuration.fuseWidth != nil || weights.contains("project")
        let width = isProjected ? configuration.fuseWidth ?? weights.shape(of: "pyramid.fuse.weight")?.first : dimension
        pyramid = try PyramidPooling(
            configuration, weights.scope("pyramid"), outputs: width ?? dimension, engine: engine)
        project =
            try isProjected
            ? weights.scope("project").convolution(pyramid.outputs, dimension, kernel: 1, engine: engine) : nil
        boundary = try configuration.boundaryHead ? weights.boundaryHead(pyramid.outputs, engine: engine) : nil
    }

    public func callAsFunction(_ pixels: Tensor, _ context: ExecutionContext) throws -> VisualFeatures {
        try run(pixels, context) { _, _ in }
    }

    /// - Parameter visit: told of what leaves `layer0` … `layer8` and `pyramid`, `[h, w, C]`.
    func run(
        _ pixels: Tensor, _ context: ExecutionContext, visit: (_ block: String, Tensor) throws -> Void
    ) throws -> VisualFeatures {
        precondition(pixels.shape[0] % multiple == 0 && pixels.shape[1] % multiple == 0, "sides of \(pixels.shape)")
        var x = pixels
        for (index, layer) in layers.enumerated() {
            x = try layer(x, context)
            try visit("layer\(index)", x)
        }
        let pooled = try pyramid(x, context)
        try visit("pyramid", pooled)
        let embeddings = try project?(pooled, context) ?? pooled
        return VisualFeatures(
            embeddings: try normalizedRows(embeddings, context), boundary: try boundary?(pooled, context))
    }
}
