import Tensors

extension BundleConfiguration.Visual {
    init(_ fields: BundleFields) throws {
        try fields.expectArchitecture("drn-d", "dpt", "sazs-vit", "clip")
        let input = try fields.object("preprocessing")
        try input.allow("max_side", "multiple", "mean", "std", "interpolation", "antialias")
        weights = try fields.string("weights")
        maxSide = try input.positive("max_side")
        multiple = try input.positive("multiple")
        guard maxSide % multiple == 0 else {
            throw input.fault("max_side", "\(maxSide) is no multiple of \(multiple)")
        }
        preprocessing = try BundleConfiguration.Preprocessing(input)
        architecture =
            switch try fields.string("architecture") {
            case "dpt": try .dpt(DPT.Configuration(fields))
            case "sazs-vit": try .sazsViT(SAZSViT.Configuration(fields))
            case "clip": try .clip(CLIPVisualEncoder.Configuration(fields))
            default: try .drn(DRN.Configuration(fields))
            }
        guard multiple % architecture.multiple == 0 else {
            throw input.fault(
                "multiple", "expected a multiple of \(architecture.multiple), the network's own; found \(multiple)")
        }
    }
}

extension DRN.Configuration {
    init(_ fields: BundleFields) throws {
        try fields.allow(
            "architecture", "weights", "block", "channels", "blocks", "batch_norm_epsilon", "pyramid_bins",
            "pyramid_interpolation", "pyramid_width", "fuse_width", "embedding_dimension", "boundary_head",
            "preprocessing")
        self.init(
            block: try fields.choice("block", of: Block.self),
            channels: try fields.positives("channels", count: 8),
            blocks: try fields.positives("blocks", count: 8),
            batchNormEpsilon: try fields.epsilon("batch_norm_epsilon"),
            pyramidBins: try fields.positives("pyramid_bins"),
            pyramidAlignCorners: try fields.bilinear("pyramid_interpolation"),
            pyramidWidth: try fields.positive("pyramid_width"),
            fuseWidth: try fields.has("fuse_width") ? fields.positive("fuse_width") : nil,
            embeddingDimension: try fields.positive("embedding_dimension"),
            boundaryHead: try fields.bool("boundary_head"))
    }
}

extension DPT.Configuration {
    init(_ fields: BundleFields) throws {
        try fields.allow(
            "architecture", "weights", "width", "depth", "heads", "mlp_width", "patch", "epsilon", "activation",
            "position_grid", "position_interpolation", "hooks", "readout", "reassemble_channels", "features",
            "batch_norm_epsilon", "embedding_dimension", "boundary_head", "preprocessing")
        let backbone = try fields.readOutBackbone()
        self.init(
            backbone: backbone, hooks: try fields.hooks("hooks", below: backbone.depth),
            reassembleChannels: try fields.positives("reassemble_channels", count: 4),
            features: try fields.positive("features"),
            batchNormEpsilon: try fields.has("batch_norm_epsilon") ? fields.epsilon("batch_norm_epsilon") : nil,
            embeddingDimension: try fields.positive("embedding_dimension"),
            boundaryHead: try fields.bool("boundary_head"))
    }
}

extension SAZSViT.Configuration {
    init(_ fields: BundleFields) throws {
        try fields.allow(
            "architecture", "weights", "width", "depth", "heads", "mlp_width", "patch", "epsilon", "activation",
            "position_grid", "position_interpolation", "readout", "embedding_dimension", "boundary_head",
            "preprocessing")
        self.init(
            backbone: try fields.readOutBackbone(), embeddingDimension: try fields.positive("embedding_dimension"),
            boundaryHead: try fields.bool("boundary_head"))
    }
}

extension BundleFields {
    /// A transformer whose class token is read out by a projection and whose positions are resized bilinearly.
    fileprivate func readOutBackbone() throws -> VisionTransformer.Configuration {
        guard try string("readout") == "project" else { throw fault("readout", "only \"project\" is known here") }
        return try transformer(.bilinear(alignCorners: bilinear("position_interpolation")))
    }

    /// Whether an interpolation, which must be bilinear, aligns the corners.
    fileprivate func bilinear(_ name: String) throws -> Bool {
        let interpolation = try object(name)
        try interpolation.allow("mode", "align_corners")
        guard try interpolation.string("mode") == "bilinear" else {
            throw interpolation.fault("mode", "only \"bilinear\" is known here")
        }
        return try interpolation.bool("align_corners")
    }

    /// Four indices of blocks in rising order.
    fileprivate func hooks(_ name: String, below depth: Int) throws -> [Int] {
        let hooks = try numbers(name, count: 4).map { Int(exactly: $0) ?? -1 }
        guard hooks.allSatisfy({ (0..<depth).contains($0) }), zip(hooks, hooks.dropFirst()).allSatisfy({ $0 < $1 })
        else {
            throw fault(name, "expected four rising block numbers from 0 to \(depth - 1)")
        }
        return hooks
    }
}
