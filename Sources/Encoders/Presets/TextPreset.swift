public import Tensors

/// CLIP's text towers, by the visual tower that each was trained with.
///
/// Source: Radford et al. 2021, table 20; all three use the quick GELU of OpenAI's checkpoints.
public enum TextPreset: String, Preset {
    case b32 = "clip-text-b32"
    case b16 = "clip-text-b16"
    case l14 = "clip-text-l14"

    public static let part = "text"

    /// The number of tokens of CLIP's published vocabulary.
    static let tokens = 49_408

    public var configuration: CLIPTextEncoder.Configuration {
        let (width, heads) = self == .l14 ? (768, 12) : (512, 8)
        return CLIPTextEncoder.Configuration(
            width: width, layers: 12, heads: heads, mlpWidth: 4 * width, contextLength: 77, embeddingDimension: width,
            epsilon: 1e-5, activation: .quickGELU)
    }
}

extension TextPreset {
    /// The network, over a vocabulary of the published size whose tokens mean nothing.
    ///
    /// - Throws: what `weights` refuses.
    public func network(_ weights: Weights, engine: Engine) throws -> CLIPTextEncoder {
        let tokens = SyntheticTokenizer(tokens: Self.tokens)
        let tokenizer = try BytePairTokenizer(vocabulary: tokens.vocabulary, merges: tokens.merges)
        return try CLIPTextEncoder(configuration, tokenizer: tokenizer, weights, engine: engine)
    }
}
