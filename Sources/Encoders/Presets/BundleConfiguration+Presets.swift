import Tensors

extension BundleConfiguration {
    /// A bundle of published architectures, with the inputs that each was published for; its files have no hashes yet.
    ///
    /// The presence threshold is 0, so that every class counts as present. The logit scale is the one that CLIP was
    /// trained to for its own tower, else LSeg's.
    init(
        text: TextPreset, visual: VisualPreset, spectral: SpectralPreset, readout: ReadoutPreset = .proxyCLIP,
        version: String
    ) {
        name = "random-\(text.rawValue)-\(visual.rawValue)-\(spectral.rawValue)"
        self.version = version
        license = "CC0-1.0"
        self.text = Text(
            weights: "text.safetensors", vocabulary: "vocab.json", merges: "merges.txt", encoder: text.configuration)
        self.visual = Visual(visual, embeddingDimension: text.configuration.embeddingDimension, readout: readout)
        self.spectral = Spectral(
            weights: "spectral.safetensors", encoder: spectral.configuration, preprocessing: .imageNet, maxTokens: 3600)
        prompts = Prompts(templates: ["{}"], background: ["background"])
        logitScale = visual.isCLIP ? 100 : 1 / 0.07
        fusion = Fusion(
            rule: .propagate, tau: 0.8, gamma: 2, alpha: 0.15, lambda: 0, eigensegments: 5)
        presence = Presence(a: 1, b: 0, threshold: 0)
        selfTest = nil
        files = [:]
    }
}

extension VisualPreset {
    fileprivate var isCLIP: Bool { self == .clipB16 || self == .clipL14 }
}

extension BundleConfiguration.Visual {
    init(_ preset: VisualPreset, embeddingDimension: Int, readout: ReadoutPreset) {
        weights = "visual.safetensors"
        architecture = preset.architecture(embeddingDimension: embeddingDimension, readout: readout)
        preprocessing =
            switch preset {
            case .dptViTL16, .sazsViTL16: .half
            case .drnD22, .drnD38, .drnD54, .drnD105: .cityscapes
            case .clipB16, .clipL14: .clip
            }
        multiple = architecture.multiple
        // A multiple of both CLIP patches, two windows long.
        maxSide = preset.isCLIP ? 672 : 480
    }
}

extension BundleConfiguration.Preprocessing {
    fileprivate init(
        mean: [Float], deviation: [Float], _ interpolation: Interpolation = .bilinear(alignCorners: false)
    ) {
        self.init(mean: mean, deviation: deviation, interpolation: interpolation, antialias: true)
    }

    /// DINO's.
    fileprivate static let imageNet = Self(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
    /// CLIP's.
    fileprivate static let clip = Self(
        mean: [0.48145466, 0.4578275, 0.40821073], deviation: [0.26862954, 0.26130258, 0.27577711], .bicubic)
    /// From −1 to 1: DPT's and LSeg's.
    fileprivate static let half = Self(mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5])
    /// Those of the paper's public release.
    fileprivate static let cityscapes = Self(
        mean: [0.29010, 0.32808, 0.28696], deviation: [0.18295, 0.18657, 0.18448])
}
