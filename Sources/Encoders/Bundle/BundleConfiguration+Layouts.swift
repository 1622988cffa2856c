import Tensors

extension BundleConfiguration {
    /// The weight files, and how the network of each is made.
    func networks(
        _ tokenizer: BytePairTokenizer
    ) -> [(file: String, build: (Weights, Engine) throws -> Void)] {
        [
            (text.weights, { _ = try CLIPTextEncoder(text.encoder, tokenizer: tokenizer, $0, engine: $1) }),
            (visual.weights, { _ = try visual.architecture.network($0, engine: $1) }),
            (spectral.weights, { _ = try VisionTransformer(spectral.encoder, $0, engine: $1) }),
        ]
    }

    /// The weight files and the tensors of each.
    ///
    /// - Throws: what a network's own initialiser throws of the configuration.
    func layouts(_ tokenizer: BytePairTokenizer) throws -> [(file: String, layout: WeightLayout)] {
        try networks(tokenizer).map { ($0.file, try WeightLayout(of: $0.build)) }
    }
}
