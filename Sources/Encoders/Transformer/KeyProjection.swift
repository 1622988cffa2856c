import Tensors

/// The keys of a block's attention, heads side by side: all of the last block that the spectral stage needs, its first
/// norm and a third of its first product.
struct KeyProjection: Sendable {
    private let norm: LayerNorm
    private let projection: Linear

    /// - Parameter weights: those of the block, of which `norm1` and the key rows of `attn.qkv` are read.
    /// - Throws: what `weights` refuses: a tensor missing, of another shape, not finite.
    init(_ configuration: TransformerBlock.Configuration, _ weights: Weights, engine: Engine) throws {
        let width = configuration.width
        let (names, keys) = (TransformerBlock.Names.vision, width..<2 * width)
        norm = try weights.scope(names.norm1).layerNorm(width, epsilon: configuration.epsilon)
        projection = try Linear(
            weight: weights.tensor(names.qkvWeight, [3 * width, width]).rows(keys),
            bias: weights.tensor(names.qkvBias, [3 * width]).rows(keys), engine: engine)
    }

    /// - Parameter x: `[N, D]`, the tokens that enter the block.
    /// - Returns: `[N, D]`
    func callAsFunction(_ x: Tensor, _ context: ExecutionContext) throws -> Tensor {
        try projection(norm(x, context), context)
    }
}
