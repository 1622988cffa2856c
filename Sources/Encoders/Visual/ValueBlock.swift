import Tensors

/// The last block of CLIP's tower with values in place of attention.
struct ValueBlock: Sendable {
    private let norm1: LayerNorm
    private let value: Linear
    /// The product after the attention.
    let output: Linear
    private let feedForward: FeedForward?

    /// Norm and mlp of the block.
    private struct FeedForward: Sendable {
        let norm: LayerNorm
        let expand: Linear
        let contract: Linear
    }

    /// - Parameters:
    ///   - weights: those of the block; all of them are read, as one file serves every readout.
    ///   - keepsResidual: whether residual and feed-forward stay.
    /// - Throws: what `weights` refuses: a tensor missing, of another shape, not finite.
    init(
        _ configuration: TransformerBlock.Configuration, _ weights: Weights, names: TransformerBlock.Names,
        keepsResidual: Bool, engine: Engine
    ) throws {
        let (width, values) = (configuration.width, 2 * configuration.width..<3 * configuration.width)
        norm1 = try weights.scope(names.norm1).layerNorm(width, epsilon: configuration.epsilon)
        value = try Linear(
            weight: weights.tensor(names.qkvWeight, [3 * width, width]).rows(values),
            bias: weights.tensor(names.qkvBias, [3 * width]).rows(values), engine: engine)
        output = try weights.scope(names.output).linear(width, width, engine: engine)
        let packing = keepsResidual ? engine : .unpacked
        let rest = FeedForward(
            norm: try weights.scope(names.norm2).layerNorm(width, epsilon: configuration.epsilon),
            expand: try weights.scope(names.mlp.0)
                .linear(width, configuration.mlpWidth, activation: configuration.activation, engine: packing),
            contract: try weights.scope(names.mlp.1).linear(configuration.mlpWidth, width, engine: packing))
        feedForward = keepsResidual ? rest : nil
    }

    /// What each token would give to an attention.
    ///
    /// - Parameter x: `[N, D]`, tokens that enter the block.
    /// - Returns: `[N, D]`, heads side by side.
    func values(_ x: Tensor, _ context: ExecutionContext) throws -> Tensor { try value(norm1(x, context), context) }

    /// What leaves the block when each token attends to itself alone.
    func callAsFunction(_ x: Tensor, _ context: ExecutionContext) throws -> Tensor {
        let own = try values(x, context)
        guard let feedForward else { return try output(own, context) }
        let y = try output(own, adding: x, context)
        return try feedForward.contract(
            feedForward.expand(feedForward.norm(y, context), context), adding: y, context)
    }
}
