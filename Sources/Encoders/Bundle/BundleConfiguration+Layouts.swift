import Tensors

extension BundleConfiguration {
    /// The weight files and the tensors of each.
    ///
    /// - Throws: what a network's own initialiser throws of the configuration.
    func layouts(_ tokenizer: BytePairTokenizer) throws -> [(file: String, layout: WeightLayout)] {
        try [
            (text.weights, WeightLayout { try CLIPTextEncoder(text.encoder, tokenizer: tokenizer, $0, engine: $1) }),
            (visual.weights, WeightLayout { try visual.architecture.network($0, engine: $1) }),
            (spectral.weights, WeightLayout { try VisionTransformer(spectral.encoder, $0, engine: $1) }),
        ]
    }
}
