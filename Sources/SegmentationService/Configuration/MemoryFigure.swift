import HTTPTransport

/// The memory that the service stays under, as `/v1/limits` tells it: what it took until it was ready, with the bundle
/// and one request run warm, and every bound that it keeps after that.
enum MemoryFigure {
    /// What one job takes beyond the warm request: a picture of 50 megapixels decoded and drawn over, 256 classes, with
    /// every detail of the answer. Measured as 640 MB.
    static let job = 768 << 20
    /// The buffers of one connection, with those of TLS or of HTTP/2's tables.
    static let connection = 128 << 10

    /// In bytes.
    ///
    /// - Parameter ready: resident at the most until the service was ready.
    static func bound(ready: Int, _ configuration: ServiceConfiguration) -> Int {
        let limits = configuration.limits
        return ready + configuration.workers * job + limits.heldBodies + limits.heldImages
            + limits.transport.unsentBytes + limits.transport.connections * connection
    }
}
