public import Tensors

/// A plain vision transformer as DINO and DINOv2 have it: class token, learned positions, pre-norm blocks, final norm.
///
/// Sources: Caron et al. 2021, *Emerging Properties in Self-Supervised Vision Transformers*; Oquab et al. 2023,
/// *DINOv2*.
public struct VisionTransformer: Sendable {
    public let configuration: Configuration
    private let trunk: TokenTrunk
    private let lastKeys: KeyProjection
    private let norm: LayerNorm

    /// - Parameter weights: by DINO's names: `cls_token [1, 1, D]`, `pos_embed [1, 1 + rows·columns, D]`,
    ///   `patch_embed.proj`, `blocks.i.{norm1, attn.qkv, attn.proj, norm2, mlp.fc1, mlp.fc2}`, `norm`; where the
    ///   configuration has them, `register_tokens [1, R, D]` and `blocks.i.{ls1, ls2}.gamma [D]`.
    /// - Throws: what `weights` refuses: a tensor missing, of another shape, not finite.
    public init(_ configuration: Configuration, _ weights: Weights, engine: Engine) throws {
        let layout = Layout.dino
        self.configuration = configuration
        trunk = try TokenTrunk(configuration, depth: configuration.depth, weights, layout: layout, engine: engine)
        lastKeys = try KeyProjection(
            configuration.block, weights.scope("\(layout.blocks).\(configuration.depth - 1)"), engine: engine)
        norm = try weights.scope(layout.norm).layerNorm(configuration.width, epsilon: configuration.epsilon)
    }

    /// The last hidden state after the final norm; DINO's `forward_features` with every token.
    ///
    /// - Parameter pixels: `[H, W, 3]`, sides multiples of the patch.
    /// - Returns: `[1 + R + N, D]`, class token first, then the registers.
    public func callAsFunction(_ pixels: Tensor, _ context: ExecutionContext) throws -> Tensor {
        try norm(trunk(pixels, context), context)
    }

    /// The keys of the last block's attention, before any final norm: what the spectral stage works on.
    ///
    /// - Parameter pixels: `[H, W, 3]`, sides multiples of the patch.
    /// - Returns: `[N, D]`, heads side by side, of the patches alone.
    public func keys(_ pixels: Tensor, _ context: ExecutionContext) throws -> Tensor {
        try patchFeatures(pixels, withTokens: false, context).keys
    }

    /// What the transformer says of each patch, from one pass.
    ///
    /// - Parameters:
    ///   - pixels: `[H, W, 3]`, sides multiples of the patch.
    ///   - withTokens: whether the last block runs whole.
    public func patchFeatures(
        _ pixels: Tensor, withTokens: Bool, _ context: ExecutionContext
    ) throws -> PatchFeatures {
        let state = try trunk(pixels, depth: configuration.depth - 1, context)
        func patches(_ x: Tensor) -> Tensor { x.rows(configuration.prefixTokens..<x.shape[0]) }
        return PatchFeatures(
            keys: patches(try lastKeys(state, context)),
            tokens: withTokens ? patches(try norm(trunk.lastBlock(state, context), context)) : nil,
            grid: configuration.grid(of: pixels))
    }

    /// The hidden states after the given blocks, `[1 + R + N, D]` each; what a dense decoder hooks into.
    func hiddenStates(
        after hooks: [Int], _ pixels: Tensor, _ context: ExecutionContext
    ) throws -> [Tensor] {
        var states: [Int: Tensor] = [:]
        _ = try trunk(pixels, depth: (hooks.max() ?? -1) + 1, context) { index, state in
            if hooks.contains(index) { states[index] = state }
        }
        return hooks.compactMap { states[$0] }
    }

    /// Rows and columns of the token grid of a picture `[H, W, 3]`.
    public func grid(of pixels: Tensor) -> (rows: Int, columns: Int) { configuration.grid(of: pixels) }
}
