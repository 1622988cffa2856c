import Tensors

extension Activation {
    /// What `bundle.json` calls those that transformers have.
    static let names: [(name: String, value: Activation)] = [("gelu", .gelu), ("quick_gelu", .quickGELU)]
}

extension VisionTransformer.PositionRule {
    /// What `bundle.json` calls those that transformers without a decoder have.
    static let names: [(name: String, value: Self)] = [
        ("dino", .dino), ("bicubic", .bicubic(antialias: false)), ("bicubic-antialias", .bicubic(antialias: true)),
    ]
}

extension Interpolation {
    /// What `bundle.json` calls those of a preprocessing.
    static let names: [(name: String, value: Interpolation)] = [
        ("bilinear", .bilinear(alignCorners: false)), ("bicubic", .bicubic), ("nearest", .nearest),
    ]
}
