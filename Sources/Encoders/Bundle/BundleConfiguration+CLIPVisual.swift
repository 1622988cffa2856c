import Tensors

/// How `bundle.json` describes a CLIP tower that is read out at every place: the fields of its transformer,
///
///     "position_rule": "bicubic", "embedding_dimension": 512,
///     "readout": {"name": "proxyclip", "beta": 1.2, "gamma": 3},
///     "window": {"side": 336, "stride": 224}
///
/// `name` is `maskclip` (with `keep_residual` alone), `proxyclip` or `proxyclip-keys`; `window` may be left out.
extension CLIPVisualEncoder.Configuration {
    init(_ fields: BundleFields) throws {
        try fields.allow(
            "architecture", "weights", "width", "depth", "heads", "mlp_width", "patch", "epsilon", "activation",
            "position_grid", "position_rule", "embedding_dimension", "readout", "window", "preprocessing")
        let backbone = try fields.transformer(
            fields.named("position_rule", in: VisionTransformer.PositionRule.names))
        self.init(
            backbone: backbone, embeddingDimension: try fields.positive("embedding_dimension"),
            readout: try CLIPVisualEncoder.Readout(fields.object("readout")),
            window: try fields.has("window") ? .init(fields.object("window"), patch: backbone.patch) : nil)
    }

    var members: [JSONValue.Member] {
        backbone.members + [
            .init("position_rule", .name(of: backbone.positionRule, in: VisionTransformer.PositionRule.names)),
            .init("embedding_dimension", JSONValue(embeddingDimension)), .init("readout", readout.json),
        ] + (window.map { [.init("window", $0.json)] } ?? [])
    }
}

extension CLIPVisualEncoder.Readout {
    fileprivate init(_ fields: BundleFields) throws {
        let name = try fields.choice("name", of: ReadoutPreset.self)
        guard let guidance = name.guidance else {
            try fields.allow("name", "keep_residual")
            self = .maskCLIP(keepResidual: try fields.bool("keep_residual"))
            return
        }
        try fields.allow("name", "beta", "gamma")
        let gamma = try fields.number("gamma")
        guard gamma > 0 else { throw fields.fault("gamma", "expected a number above 0, found \(gamma)") }
        self = .proxyCLIP(guidance, beta: try fields.number("beta"), gamma: gamma)
    }

    fileprivate var json: JSONValue {
        switch self {
        case .maskCLIP(let keepResidual):
            ["name": .string(ReadoutPreset.maskCLIP.rawValue), "keep_residual": .bool(keepResidual)]
        case .proxyCLIP(let guidance, let beta, let gamma):
            [
                "name": .string(ReadoutPreset(guidance).rawValue), "beta": JSONValue(beta),
                "gamma": JSONValue(gamma),
            ]
        }
    }
}

extension CLIPVisualEncoder.Window {
    fileprivate init(_ fields: BundleFields, patch: Int) throws {
        try fields.allow("side", "stride")
        self.init(side: try fields.positive("side"), stride: try fields.positive("stride"))
        for (name, value) in [("side", side), ("stride", stride)] where value % patch != 0 {
            throw fields.fault(name, "expected a multiple of \(patch), the patch; found \(value)")
        }
        guard stride <= side else {
            throw fields.fault("stride", "expected at most the side, \(side); found \(stride)")
        }
    }

    fileprivate var json: JSONValue { ["side": JSONValue(side), "stride": JSONValue(stride)] }
}
