public import Tensors

/// A folder of weights and everything that a request needs to know about them, checked and packed.
public struct ModelBundle: Sendable {
    public let folder: BundleFolder
    public let text: CLIPTextEncoder
    public let visual: any VisualEncoder
    public let spectral: VisionTransformer

    /// Reads a bundle: every file's hash, every field, every tensor.
    ///
    /// - Throws: ``BundleError``, or what the weights refuse: a tensor missing, unused, of another shape, not finite.
    public init(directory: String, engine: Engine) throws {
        folder = try BundleFolder(directory)
        let configuration = folder.configuration
        let tokenizer = try folder.tokenizer()
        text = try folder.load(configuration.text.weights) {
            try CLIPTextEncoder(configuration.text.encoder, tokenizer: tokenizer, $0, engine: engine)
        }
        visual = try folder.load(configuration.visual.weights) {
            try configuration.visual.architecture.network($0, engine: engine)
        }
        spectral = try folder.load(configuration.spectral.weights) {
            try VisionTransformer(configuration.spectral.encoder, $0, engine: engine)
        }
    }

    public var configuration: BundleConfiguration { folder.configuration }
    /// SHA-256 of `bundle.json`, which holds those of all other files: the identity of the whole.
    public var digest: String { folder.digest }
}
