import Encoders
import HTTPTransport
import Segmentation
import SegmentationService
import Tensors

extension ServeSettings {
    /// The bundles that requests may name, the embedded one where none is set.
    ///
    /// - Throws: what an engine or a bundle is refused for without reading weights.
    func models() throws -> ModelCatalog {
        let engine = try makeEngine()
        let named: [String?] = bundles.isEmpty ? [nil] : bundles
        return try ModelCatalog(
            named.map { name in
                ModelSource(name ?? EmbeddedBundle.name, precision: engine.precision) {
                    try BundleOutline(BundleLocation.folder(of: name))
                } load: { [limits] outline, context in
                    try Segmenter(
                        ModelBundle(directory: outline.path, engine: engine, context), limits: limits.request)
                }
            })
    }

    /// How the service is set up.
    ///
    /// - Throws: `TokenFileError`, `AllowedOriginError`.
    func configuration() throws -> ServiceConfiguration {
        var service = service
        service.version = SilhouetteCommand.release
        service.log = StandardError.report
        service.tokens = try tokenFile.map(AccessTokens.init(file:))
        service.allowedOrigins = try AllowedOrigins(allowedOrigins)
        service.rate = rate.map { RateLimit(perSecond: $0, burst: burst) }
        service.trustedProxies = trustedProxies.compactMap(AddressRange.init)
        if hasAccessLog { service.accessLog = StandardOutput.report }
        return service
    }

    /// The server for the service's clients.
    func server(for service: SegmentationService) throws -> HTTPServer {
        var transport = service.serverConfiguration(addresses ?? [])
        transport.secureAddresses = secureAddresses
        if let certificate, let key { transport.certificate = CertificateFiles(chain: certificate, key: key) }
        transport.unlimitedNetworks = (unlimitedNetworks + trustedProxies).compactMap(AddressRange.init)
        return try HTTPServer(transport, handler: service)
    }

    /// The server for metrics alone; nil where they have no address of their own.
    func metricsServer(for service: SegmentationService) throws -> HTTPServer? {
        guard !metricsAddresses.isEmpty else { return nil }
        return try HTTPServer(service.serverConfiguration(metricsAddresses), handler: service.metricsHandler)
    }
}
