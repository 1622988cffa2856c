import Tensors

/// DINO's vision transformers, trained at 224×224.
///
/// Source: Caron et al. 2021, table 1.
public enum SpectralPreset: String, Preset {
    case s16 = "dino-s16"
    case s8 = "dino-s8"
    case b16 = "dino-b16"
    case b8 = "dino-b8"

    public static let part = "spectral"

    public var configuration: VisionTransformer.Configuration {
        let (width, heads) = self == .s16 || self == .s8 ? (384, 6) : (768, 12)
        let patch = self == .s16 || self == .b16 ? 16 : 8
        return VisionTransformer.Configuration(
            width: width, depth: 12, heads: heads, mlpWidth: 4 * width, patch: patch,
            positionGrid: .init(rows: 224 / patch, columns: 224 / patch), positionRule: .dino, epsilon: 1e-6,
            activation: .gelu)
    }
}
