import HTTPTransport
import SegmentationService

extension ServeSettings {
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
