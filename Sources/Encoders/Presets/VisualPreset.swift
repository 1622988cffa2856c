import Tensors

/// The dense encoders of the paper and of its public release, and CLIP's own visual towers.
public enum VisualPreset: String, Preset {
    /// The full decoder of DPT on ViT-L/16 with LSeg's 1×1 head.
    case dptViTL16 = "dpt-vitl16"
    /// The release's ViT-L/16, which reads one depth and has no decoder.
    case sazsViTL16 = "sazs-vitl16"
    case drnD22 = "drn-d-22"
    case drnD38 = "drn-d-38"
    case drnD54 = "drn-d-54"
    case drnD105 = "drn-d-105"
    /// CLIP's, Radford et al. 2021, table 20; the text towers are `clip-text-b16` and `clip-text-l14`.
    case clipB16 = "clip-visual-b16"
    case clipL14 = "clip-visual-l14"

    public static let part = "visual"

    /// - Parameters:
    ///   - embeddingDimension: that of the text encoder beside it.
    ///   - readout: how a CLIP tower is read; no other network has a choice.
    public func architecture(
        embeddingDimension: Int, readout: ReadoutPreset = .proxyCLIP
    ) -> BundleConfiguration.Visual.Architecture {
        switch self {
        case .dptViTL16:
            .dpt(
                DPT.Configuration(
                    backbone: .vitL16(depth: 24), hooks: [5, 11, 17, 23], reassembleChannels: [256, 512, 1024, 1024],
                    features: 256, batchNormEpsilon: 1e-5, embeddingDimension: embeddingDimension, boundaryHead: false))
        case .sazsViTL16:
            // The release reads block 11, from 0; the twelve blocks after it do not reach its answer.
            .sazsViT(
                SAZSViT.Configuration(
                    backbone: .vitL16(depth: 12), embeddingDimension: embeddingDimension, boundaryHead: true))
        case .drnD22: .drn(.published(.basic, [2, 2, 2, 2], embeddingDimension))
        case .drnD38: .drn(.published(.basic, [3, 4, 6, 3], embeddingDimension))
        case .drnD54: .drn(.published(.bottleneck, [3, 4, 6, 3], embeddingDimension))
        case .drnD105: .drn(.published(.bottleneck, [3, 4, 23, 3], embeddingDimension))
        case .clipB16, .clipL14:
            // Windows of ProxyCLIP's side, whole patches of both towers as their distance is.
            .clip(
                CLIPVisualEncoder.Configuration(
                    backbone: .clip(self == .clipB16 ? .b16 : .l14), embeddingDimension: embeddingDimension,
                    readout: readout.readout, window: .init(side: 336, stride: 224)))
        }
    }
}

extension VisionTransformer.Configuration {
    /// ViT-L/16 as timm has it at 384×384, its positions resized as DPT does.
    fileprivate static func vitL16(depth: Int) -> Self {
        Self(
            width: 1024, depth: depth, heads: 16, mlpWidth: 4096, patch: 16, positionGrid: .init(rows: 24, columns: 24),
            positionRule: .bilinear(alignCorners: false), epsilon: 1e-6, activation: .gelu)
    }
}

extension VisionTransformer.Configuration {
    fileprivate enum CLIPSize { case b16, l14 }

    /// CLIP's visual tower at 224×224, its positions resized as `transformers` does.
    fileprivate static func clip(_ size: CLIPSize) -> Self {
        let (width, depth, patch) = size == .b16 ? (768, 12, 16) : (1024, 24, 14)
        return Self(
            width: width, depth: depth, heads: width / 64, mlpWidth: 4 * width, patch: patch,
            positionGrid: .init(rows: 224 / patch, columns: 224 / patch), positionRule: .bicubic(antialias: false),
            epsilon: 1e-5, activation: .quickGELU)
    }
}

extension DRN.Configuration {
    /// DRN-D as `fyu/drn` has it, with the paper's pyramid pooling and boundary head.
    ///
    /// - Parameter residual: blocks of layers 3 to 6.
    fileprivate static func published(_ block: Block, _ residual: [Int], _ embeddingDimension: Int) -> Self {
        Self(
            block: block, channels: [16, 32, 64, 128, 256, 512, 512, 512], blocks: [1, 1] + residual + [1, 1],
            batchNormEpsilon: 1e-5, pyramidBins: [1, 2, 3, 6], pyramidAlignCorners: false, pyramidWidth: 512,
            fuseWidth: nil, embeddingDimension: embeddingDimension, boundaryHead: true)
    }
}
