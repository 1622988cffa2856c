import Tensors

/// Self-supervised vision transformers: DINO's, trained at 224×224, and DINOv2's, at 518×518, with and without
/// registers.
///
/// Sources: Caron et al. 2021, table 1; Oquab et al. 2023, table 17; Darcet et al. 2023.
public enum SpectralPreset: String, Preset {
    case s16 = "dino-s16"
    case s8 = "dino-s8"
    case b16 = "dino-b16"
    case b8 = "dino-b8"
    case v2S14 = "dinov2-s14"
    case v2B14 = "dinov2-b14"
    case v2L14 = "dinov2-l14"
    case v2S14Registers = "dinov2-s14-reg"
    case v2B14Registers = "dinov2-b14-reg"
    case v2L14Registers = "dinov2-l14-reg"

    public static let part = "spectral"

    public var configuration: VisionTransformer.Configuration {
        switch self {
        case .s16: .dino(.small, patch: 16)
        case .s8: .dino(.small, patch: 8)
        case .b16: .dino(.base, patch: 16)
        case .b8: .dino(.base, patch: 8)
        case .v2S14: .dinov2(.small, registers: 0)
        case .v2B14: .dinov2(.base, registers: 0)
        case .v2L14: .dinov2(.large, registers: 0)
        case .v2S14Registers: .dinov2(.small, registers: 4)
        case .v2B14Registers: .dinov2(.base, registers: 4)
        case .v2L14Registers: .dinov2(.large, registers: 4)
        }
    }
}

extension VisionTransformer.Configuration {
    fileprivate struct Size {
        let width: Int, depth: Int

        static let small = Size(width: 384, depth: 12)
        static let base = Size(width: 768, depth: 12)
        static let large = Size(width: 1024, depth: 24)
    }

    fileprivate static func dino(_ size: Size, patch: Int) -> Self {
        Self(
            width: size.width, depth: size.depth, heads: size.width / 64, mlpWidth: 4 * size.width, patch: patch,
            positionGrid: .init(rows: 224 / patch, columns: 224 / patch), positionRule: .dino, epsilon: 1e-6,
            activation: .gelu)
    }

    /// Without registers the release resizes positions as DINO does, with them to the size and with antialias.
    fileprivate static func dinov2(_ size: Size, registers: Int) -> Self {
        Self(
            width: size.width, depth: size.depth, heads: size.width / 64, mlpWidth: 4 * size.width, patch: 14,
            positionGrid: .init(rows: 518 / 14, columns: 518 / 14),
            positionRule: registers > 0 ? .bicubic(antialias: true) : .dino, epsilon: 1e-6, activation: .gelu,
            registers: registers, layerScale: true)
    }
}
