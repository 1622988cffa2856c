import Tensors

extension BundleConfiguration.Visual {
    init(_ fields: BundleFields) throws {
        try fields.expectArchitecture("drn-d", "dpt")
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
            try fields.string("architecture") == "dpt"
            ? .dpt(DPT.Configuration(fields)) : .drn(DRN.Configuration(fields))
    }
}

extension DRN.Configuration {
    init(_ fields: BundleFields) throws {
        try fields.allow(
            "architecture", "weights", "block", "channels", "blocks", "batch_norm_epsilon", "pyramid_bins",
            "pyramid_interpolation", "pyramid_width", "fuse_width", "embedding_dimension", "boundary_head",
            "preprocessing")
        let back = try fields.object("pyramid_interpolation")
        try back.allow("mode", "align_corners")
        guard try back.string("mode") == "bilinear" else { throw back.fault("mode", "only \"bilinear\" is known here") }
        self.init(
            block: try fields.choice("block", of: Block.self), channels: try fields.positives("channels", count: 8),
            blocks: try fields.positives("blocks", count: 8),
            batchNormEpsilon: try fields.number("batch_norm_epsilon"),
            pyramidBins: try fields.positives("pyramid_bins"), pyramidAlignCorners: try back.bool("align_corners"),
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
        guard try fields.string("readout") == "project" else {
            throw fields.fault("readout", "only \"project\" is known here")
        }
        let depth = try fields.positive("depth")
        let hooks = try fields.hooks("hooks", below: depth)
        let grid = try fields.positives("position_grid", count: 2)
        let positions = try fields.object("position_interpolation")
        try positions.allow("mode", "align_corners")
        guard try positions.string("mode") == "bilinear" else {
            throw positions.fault("mode", "only \"bilinear\" is known here")
        }
        self.init(
            backbone: VisionTransformer.Configuration(
                width: try fields.positive("width"), depth: depth, heads: try fields.heads(),
                mlpWidth: try fields.positive("mlp_width"), patch: try fields.positive("patch"),
                positionGrid: .init(rows: grid[0], columns: grid[1]),
                positionRule: .bilinear(alignCorners: try positions.bool("align_corners")),
                epsilon: try fields.number("epsilon"), activation: try fields.activation()),
            hooks: hooks, reassembleChannels: try fields.positives("reassemble_channels", count: 4),
            features: try fields.positive("features"),
            batchNormEpsilon: try fields.has("batch_norm_epsilon") ? fields.number("batch_norm_epsilon") : nil,
            embeddingDimension: try fields.positive("embedding_dimension"),
            boundaryHead: try fields.bool("boundary_head"))
    }
}

extension BundleFields {
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
