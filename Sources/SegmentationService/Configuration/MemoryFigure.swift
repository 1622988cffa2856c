import HTTPTransport

/// The memory that the service stays under, as `/v1/limits` tells it: what it took until it was ready, with its bundles
/// and one request of each run warm, every bundle that is still to be loaded, and every bound that it keeps after that.
struct MemoryFigure: Sendable {
    /// What one job takes beyond the warm request: a picture of 50 megapixels decoded and drawn over, 256 classes, with
    /// every detail of the answer. Measured as 640 MB.
    static let job = 768 << 20
    /// The buffers of one connection, with those of TLS or of HTTP/2's tables.
    static let connection = 128 << 10
    /// The embeddings that one model's prompt cache holds at the most, of 1024 numbers each.
    static let prompts = 16 << 20

    /// What there was besides weights until the service was ready, in bytes.
    private let overhead: Int

    /// - Parameters:
    ///   - ready: bytes resident at the most until the service was ready.
    ///   - loaded: the models that it had loaded by then.
    init(ready: Int, loaded: [ModelSizes]) { overhead = max(0, ready - loaded.reduce(0) { $0 + $1.weights }) }

    /// In bytes.
    ///
    /// - Parameter models: all, loaded or not. At any time one of them may be loaded, at a reload beside the one that it
    ///   replaces.
    func bound(_ models: [ModelSizes], _ configuration: ServiceConfiguration) -> Int {
        let limits = configuration.limits
        let weights = models.reduce(0) { $0 + $1.weights + Self.prompts }
        let loading = models.map { $0.weights + $0.mapped }.max() ?? 0
        return overhead + weights + loading + configuration.workers * Self.job + limits.heldBodies + limits.heldImages
            + limits.transport.unsentBytes + limits.transport.connections * Self.connection
    }
}
