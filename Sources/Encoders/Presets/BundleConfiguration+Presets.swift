import Tensors

extension BundleConfiguration {
    /// A bundle of published architectures, with the inputs that each was published for; its files have no hashes yet.
    ///
    /// The presence threshold is 0, so that every class counts as present, and the logit scale is LSeg's.
    init(text: TextPreset, visual: VisualPreset, spectral: SpectralPreset, version: String) {
        name = "random-\(text.rawValue)-\(visual.rawValue)-\(spectral.rawValue)"
        self.version = version
        license = "CC0-1.0"
        self.text = Text(
            weights: "text.safetensors", vocabulary: "vocab.json", merges: "merges.txt", encoder: text.configuration)
        self.visual = Visual(visual, embeddingDimension: text.configuration.embeddingDimension)
        self.spectral = Spectral(
            weights: "spectral.safetensors", encoder: spectral.configuration, preprocessing: .imageNet, maxTokens: 3600)
        prompts = Prompts(templates: ["{}"], background: ["background"])
        logitScale = 1 / 0.07
        fusion = Fusion(
            rule: .propagate, tau: 0.8, gamma: 2, alpha: 0.15, lambda: 0, eigensegments: 5)
        presence = Presence(a: 1, b: 0, threshold: 0)
        selfTest = nil
        files = [:]
    }
}

extension BundleConfiguration.Visual {
    init(_ preset: VisualPreset, embeddingDimension: Int) {
        weights = "visual.safetensors"
        architecture = preset.architecture(embeddingDimension: embeddingDimension)
        preprocessing =
            switch preset {
            case .dptViTL16, .sazsViTL16: .half
            case .drnD22, .drnD38, .drnD54, .drnD105: .cityscapes
            }
        multiple = architecture.multiple
        maxSide = 480
    }
}

extension BundleConfiguration.Preprocessing {
    fileprivate init(mean: [Float], deviation: [Float]) {
        self.init(mean: mean, deviation: deviation, interpolation: .bilinear(alignCorners: false), antialias: true)
    }

    /// DINO's.
    fileprivate static let imageNet = Self(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
    /// From −1 to 1: DPT's and LSeg's.
    fileprivate static let half = Self(mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5])
    /// Those of the paper's public release.
    fileprivate static let cityscapes = Self(
        mean: [0.29010, 0.32808, 0.28696], deviation: [0.18295, 0.18657, 0.18448])
}
