public import Tensors

/// A folder of weights and everything that a request needs to know about them, checked and packed.
public struct ModelBundle: Sendable {
    public let folder: BundleFolder
    public let text: CLIPTextEncoder
    public let visual: any VisualEncoder
    public let spectral: VisionTransformer

    /// Reads a bundle: every file's hash, every field, every tensor. Files are hashed side by side, and so are the
    /// networks packed.
    ///
    /// - Parameter progress: called on any thread when a file or a network is done, with the number of all of them.
    /// - Throws: ``BundleError``, or what the weights refuse: a tensor missing, unused, of another shape, not finite;
    ///   what the context throws to stop.
    public init(
        directory: String, engine: Engine, _ context: ExecutionContext = .alone,
        progress: @Sendable (_ total: Int) -> Void = { _ in }
    ) throws {
        let networks = 3
        let folder = try BundleFolder(directory, context) { progress($0 + networks) }
        let total = folder.configuration.files.count + networks
        let configuration = folder.configuration
        try folder.requireMemory(for: engine.precision)
        // The largest first, so that the others run beside it.
        (visual, text, spectral) = try context.concurrently(
            {
                defer { progress(total) }
                return try folder.load(configuration.visual.weights) {
                    try configuration.visual.architecture.network($0, engine: engine)
                }
            },
            {
                defer { progress(total) }
                let tokenizer = try folder.outline.tokenizer()
                return try folder.load(configuration.text.weights) {
                    try CLIPTextEncoder(configuration.text.encoder, tokenizer: tokenizer, $0, engine: engine)
                }
            },
            {
                defer { progress(total) }
                return try folder.load(configuration.spectral.weights) {
                    try VisionTransformer(configuration.spectral.encoder, $0, engine: engine)
                }
            })
        self.folder = folder
    }

    public var configuration: BundleConfiguration { folder.configuration }
    /// SHA-256 of `bundle.json`, which holds those of all other files: the identity of the whole.
    public var digest: String { folder.digest }
}
