public import Tensors

extension BundleConfiguration.Visual.Architecture {
    /// What `bundle.json` calls it.
    public var name: String {
        switch self {
        case .drn: "drn-d"
        case .dpt: "dpt"
        case .sazsViT: "sazs-vit"
        case .clip: "clip"
        }
    }

    /// Both sides of the pixels must be multiples of this.
    public var multiple: Int {
        switch self {
        case .drn(let configuration): configuration.multiple
        case .dpt(let configuration): configuration.multiple
        case .sazsViT(let configuration): configuration.multiple
        case .clip(let configuration): configuration.multiple
        }
    }

    /// The network of this architecture.
    ///
    /// - Throws: what `weights` refuses: a tensor missing, of another shape, not finite.
    public func network(_ weights: Weights, engine: Engine) throws -> any VisualEncoder {
        switch self {
        case .drn(let configuration): try DRN(configuration, weights, engine: engine)
        case .dpt(let configuration): try DPT(configuration, weights, engine: engine)
        case .sazsViT(let configuration): try SAZSViT(configuration, weights, engine: engine)
        case .clip(let configuration): try CLIPVisualEncoder(configuration, weights, engine: engine)
        }
    }
}
