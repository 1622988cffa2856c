import Tensors

/// A pre-norm transformer block: x += γ₁·attention(norm₁(x)), then x += γ₂·mlp(norm₂(x)).
///
/// γ, DINOv2's layer scale (Touvron et al. 2021), is 1 for most; it is folded into the branch's last product.
struct TransformerBlock: Sendable {
    /// The sizes and the two choices in which published checkpoints differ.
    struct Configuration: Sendable, Equatable {
        let width: Int
        let heads: Int
        let mlpWidth: Int
        /// Added to the variance in every norm.
        let epsilon: Float
        /// Between the two layers of the mlp.
        let activation: Activation
        /// Whether the branches have factors.
        var layerScale = false
    }

    /// Where a checkpoint keeps the parts of a block.
    struct Names: Sendable {
        let norm1: String, qkvWeight: String, qkvBias: String, output: String, norm2: String, mlp: (String, String)
        /// The factors of the two branches, `[D]` each.
        var scales = ("ls1.gamma", "ls2.gamma")

        /// DINO's and timm's.
        static let vision = Names(
            norm1: "norm1", qkvWeight: "attn.qkv.weight", qkvBias: "attn.qkv.bias", output: "attn.proj",
            norm2: "norm2", mlp: ("mlp.fc1", "mlp.fc2"))
        /// OpenAI's.
        static let clip = Names(
            norm1: "ln_1", qkvWeight: "attn.in_proj_weight", qkvBias: "attn.in_proj_bias", output: "attn.out_proj",
            norm2: "ln_2", mlp: ("mlp.c_fc", "mlp.c_proj"))
    }

    private let configuration: Configuration
    private let norm1: LayerNorm
    private let queryKeyValue: Linear
    private let output: Linear
    private let norm2: LayerNorm
    private let expand: Linear
    private let contract: Linear
    private let precision: Precision

    /// - Throws: what `weights` refuses: a tensor missing, of another shape, not finite.
    init(_ configuration: Configuration, _ weights: Weights, names: Names, engine: Engine) throws {
        let (width, mlpWidth) = (configuration.width, configuration.mlpWidth)
        self.configuration = configuration
        precision = engine.precision
        norm1 = try weights.scope(names.norm1).layerNorm(width, epsilon: configuration.epsilon)
        queryKeyValue = try Linear(
            weight: weights.tensor(names.qkvWeight, [3 * width, width]),
            bias: weights.tensor(names.qkvBias, [3 * width]), engine: engine)
        func scale(_ name: String) throws -> [Float]? {
            configuration.layerScale ? try weights.tensor(name, [width]).values : nil
        }
        output = try weights.scope(names.output)
            .linear(width, width, scale: scale(names.scales.0), engine: engine)
        norm2 = try weights.scope(names.norm2).layerNorm(width, epsilon: configuration.epsilon)
        expand = try weights.scope(names.mlp.0)
            .linear(width, mlpWidth, activation: configuration.activation, engine: engine)
        contract = try weights.scope(names.mlp.1).linear(mlpWidth, width, scale: scale(names.scales.1), engine: engine)
    }

    /// - Parameters:
    ///   - x: `[ΣN, D]`, the tokens of all sequences below each other.
    ///   - causal: whether a token sees only itself and what stands before it.
    ///   - sequences: the rows of each sequence; nil when all rows are one.
    func callAsFunction(
        _ x: Tensor, causal: Bool = false, sequences: [Range<Int>]? = nil, _ context: ExecutionContext
    ) throws -> Tensor {
        let mixed = try attention(
            qkv: queryKeyValue(norm1(x, context), context), heads: configuration.heads, causal: causal,
            sequences: sequences, precision: precision, context)
        let x = try output(mixed, adding: x, context)
        return try contract(expand(norm2(x, context), context), adding: x, context)
    }
}
