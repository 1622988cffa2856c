public import Tensors

/// A plain vision transformer as DINO has it: class token, learned positions, pre-norm blocks, final norm.
///
/// Source: Caron et al. 2021, *Emerging Properties in Self-Supervised Vision Transformers*.
public struct VisionTransformer: Sendable {
    public let configuration: Configuration
    private let patchEmbedding: Conv2D
    private let classToken: Tensor
    private let positions: PositionEmbedding
    private let blocks: [TransformerBlock]
    private let lastKeys: KeyProjection
    private let norm: LayerNorm

    /// - Parameter weights: `cls_token [1, 1, D]`, `pos_embed [1, 1 + rows·columns, D]`, `patch_embed.proj`,
    ///   `blocks.i`, `norm`, by DINO's names.
    /// - Throws: what `weights` refuses: a tensor missing, of another shape, not finite.
    public init(_ configuration: Configuration, _ weights: Weights, engine: Engine) throws {
        let (width, patch) = (configuration.width, configuration.patch)
        precondition(configuration.depth >= 1, "a transformer has a block")
        self.configuration = configuration
        patchEmbedding = try weights.scope("patch_embed.proj")
            .convolution(3, width, kernel: patch, stride: patch, engine: engine)
        classToken = try weights.tensor("cls_token", [1, 1, width]).reshaped([1, width])
        let count = configuration.positionGrid.rows * configuration.positionGrid.columns
        positions = PositionEmbedding(
            try weights.tensor("pos_embed", [1, 1 + count, width]).reshaped([1 + count, width]), configuration)
        blocks = try (0..<configuration.depth).map {
            try TransformerBlock(configuration.block, weights.scope("blocks.\($0)"), names: .vision, engine: engine)
        }
        lastKeys = try KeyProjection(
            configuration.block, weights.scope("blocks.\(configuration.depth - 1)"), engine: engine)
        norm = try weights.scope("norm").layerNorm(width, epsilon: configuration.epsilon)
    }

    /// The last hidden state after the final norm; DINO's `forward_features` with every token.
    ///
    /// - Parameter pixels: `[H, W, 3]`, sides multiples of the patch.
    /// - Returns: `[1 + N, D]`, class token first.
    public func callAsFunction(_ pixels: Tensor, _ context: ExecutionContext) throws -> Tensor {
        try norm(run(blocks[...], on: tokens(pixels, context), context), context)
    }

    /// The keys of the last block's attention, before any final norm: what the spectral stage works on.
    ///
    /// - Parameter pixels: `[H, W, 3]`, sides multiples of the patch.
    /// - Returns: `[N, D]`, heads side by side, class token dropped.
    public func keys(_ pixels: Tensor, _ context: ExecutionContext) throws -> Tensor {
        let keys = try lastKeys(run(blocks.dropLast(), on: tokens(pixels, context), context), context)
        return keys.rows(1..<keys.shape[0])
    }

    /// The hidden states after the given blocks, `[1 + N, D]` each; what a dense decoder hooks into.
    func hiddenStates(
        after hooks: [Int], _ pixels: Tensor, _ context: ExecutionContext
    ) throws -> [Tensor] {
        var x = try tokens(pixels, context)
        var states: [Int: Tensor] = [:]
        for (index, block) in blocks.enumerated().prefix((hooks.max() ?? -1) + 1) {
            x = try block(x, context)
            states[index] = x
        }
        return hooks.compactMap { states[$0] }
    }

    /// Rows and columns of the token grid of a picture `[H, W, 3]`.
    public func grid(of pixels: Tensor) -> (rows: Int, columns: Int) {
        (pixels.shape[0] / configuration.patch, pixels.shape[1] / configuration.patch)
    }

    private func tokens(_ pixels: Tensor, _ context: ExecutionContext) throws -> Tensor {
        let grid = grid(of: pixels)
        precondition(
            pixels.shape == [grid.rows * configuration.patch, grid.columns * configuration.patch, 3],
            "sides of \(pixels.shape) are no multiples of the patch \(configuration.patch)")
        let patches = try patchEmbedding(pixels, context).reshaped([grid.rows * grid.columns, configuration.width])
        return add(
            concatenateRows([classToken, patches]), try positions(rows: grid.rows, columns: grid.columns, context))
    }

    private func run(
        _ blocks: ArraySlice<TransformerBlock>, on tokens: Tensor, _ context: ExecutionContext
    ) throws -> Tensor {
        try blocks.reduce(tokens) { x, block in try block(x, context) }
    }
}
