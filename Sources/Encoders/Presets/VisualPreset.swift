import Tensors

/// The dense encoders of the paper and of its public release.
public enum VisualPreset: String, Preset {
    /// The full decoder of DPT on ViT-L/16 with LSeg's 1×1 head.
    case dptViTL16 = "dpt-vitl16"
    /// The release's ViT-L/16, which reads one depth and has no decoder.
    case sazsViTL16 = "sazs-vitl16"
    case drnD22 = "drn-d-22"
    case drnD38 = "drn-d-38"
    case drnD54 = "drn-d-54"
    case drnD105 = "drn-d-105"

    public static let part = "visual"

    /// - Parameter embeddingDimension: that of the text encoder beside it.
    public func architecture(embeddingDimension: Int) -> BundleConfiguration.Visual.Architecture {
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
