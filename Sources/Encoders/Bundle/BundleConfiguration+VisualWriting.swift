import Tensors

extension BundleConfiguration.Visual {
    var json: JSONValue {
        let input: [JSONValue.Member] = [
            .init("max_side", JSONValue(maxSide)), .init("multiple", JSONValue(multiple)),
        ]
        return .object(
            [.init("architecture", .string(architecture.name)), .init("weights", .string(weights))]
                + architecture.members
                + [.init("preprocessing", .object(input + preprocessing.members))])
    }
}

extension BundleConfiguration.Visual.Architecture {
    fileprivate var members: [JSONValue.Member] {
        switch self {
        case .drn(let configuration): configuration.members
        case .dpt(let configuration): configuration.members
        case .sazsViT(let configuration): configuration.members
        case .clip(let configuration): configuration.members
        }
    }
}

extension DRN.Configuration {
    fileprivate var members: [JSONValue.Member] {
        [
            .init("block", .string(block.rawValue)), .init("channels", .array(channels.map { JSONValue($0) })),
            .init("blocks", .array(blocks.map { JSONValue($0) })),
            .init("batch_norm_epsilon", JSONValue(batchNormEpsilon)),
            .init("pyramid_bins", .array(pyramidBins.map { JSONValue($0) })),
            .init("pyramid_interpolation", .bilinear(alignCorners: pyramidAlignCorners)),
            .init("pyramid_width", JSONValue(pyramidWidth)),
        ] + (fuseWidth.map { [.init("fuse_width", JSONValue($0))] } ?? []) + [
            .init("embedding_dimension", JSONValue(embeddingDimension)), .init("boundary_head", .bool(boundaryHead)),
        ]
    }
}

extension DPT.Configuration {
    fileprivate var members: [JSONValue.Member] {
        backbone.readOutMembers + [
            .init("hooks", .array(hooks.map { JSONValue($0) })),
            .init("reassemble_channels", .array(reassembleChannels.map { JSONValue($0) })),
            .init("features", JSONValue(features)),
        ] + (batchNormEpsilon.map { [.init("batch_norm_epsilon", JSONValue($0))] } ?? []) + [
            .init("embedding_dimension", JSONValue(embeddingDimension)), .init("boundary_head", .bool(boundaryHead)),
        ]
    }
}

extension SAZSViT.Configuration {
    fileprivate var members: [JSONValue.Member] {
        backbone.readOutMembers + [
            .init("embedding_dimension", JSONValue(embeddingDimension)), .init("boundary_head", .bool(boundaryHead)),
        ]
    }
}

extension VisionTransformer.Configuration {
    /// The fields of a transformer whose class token is read out.
    fileprivate var readOutMembers: [JSONValue.Member] {
        members + [
            .init("position_interpolation", .bilinear(alignCorners: positionRule == .bilinear(alignCorners: true))),
            .init("readout", "project"),
        ]
    }
}

extension JSONValue {
    fileprivate static func bilinear(alignCorners: Bool) -> JSONValue {
        ["mode": "bilinear", "align_corners": .bool(alignCorners)]
    }
}
