/// How a server is set up.
public struct ServerConfiguration: Sendable {
    public var addresses: [ListenAddress]
    /// Addresses that speak TLS with ``certificate``.
    public var secureAddresses: [ListenAddress] = []
    public var certificate: CertificateFiles?
    public var limits = TransportLimits()
    /// Networks without a limit of connections per address.
    public var unlimitedNetworks = AddressRange.loopback
    /// Makes the answer to a request that the transport refuses itself; the request as far as its head was understood,
    /// nil where not even its first line was.
    public var faultResponse: @Sendable (TransportFault, Request?, PeerAddress) -> Response = { fault, _, _ in
        Response(problem: fault)
    }
    public var clock = TransportClock.monotonic
    /// Where the server counts what it sees.
    public var counters = TransportCounters()

    public init(addresses: [ListenAddress]) {
        self.addresses = addresses
    }
}

/// An HTTP server on sockets of its own.
///
/// All I/O runs on one serial queue, which answers also while computing threads fill Dispatch's pool.
public final class HTTPServer: Sendable {
    private let core: ServerCore
    private let certificate: CertificateFiles?
    /// Where the server listens, the secure addresses last, with the ports that the system chose.
    public let addresses: [ListenAddress]

    /// Binds the addresses and begins to serve.
    ///
    /// - Throws: ``TransportError`` where an address cannot be had; then none is.
    public init(_ configuration: ServerConfiguration, handler: any RequestHandler) throws {
        precondition(
            configuration.secureAddresses.isEmpty || configuration.certificate != nil, "TLS needs a certificate")
        let core = try ServerCore(configuration, handler)
        self.core = core
        certificate = configuration.certificate
        addresses = try core.loop.wait { try core.listen() }
        core.loop.start { now in
            core.checkUnsent()
            core.checkDrainDeadline(now: now)
        }
    }

    public var counters: TransportCounters.Snapshot { core.counters.snapshot }

    /// Stops accepting, answers what was accepted, closes.
    ///
    /// - Parameters:
    ///   - seconds: after which what is still open is cut.
    ///   - completion: called once, on the transport's queue: true where nothing had to be cut.
    public func drain(within seconds: Double, completion: @escaping @Sendable (Bool) -> Void) {
        let deadline = core.loop.clock.now() + seconds
        core.loop.run { [core] in core.drain(until: deadline, completion) }
    }

    /// Reads the certificate's files again. New connections get what they hold now, open ones keep what they have.
    /// Never called from a handler.
    ///
    /// - Throws: ``TransportError`` where the files do not serve; then nothing changes.
    public func reloadCertificate() throws {
        guard let certificate else { return }
        let context = try TLSContext(certificate)
        core.loop.wait { core.tls = context }
    }

    /// Closes everything at once and ends the queue's work. Never called from a handler.
    public func stop() {
        core.loop.wait { core.stop() }
    }

    /// Looks at all deadlines now, as the server does by itself twice a second.
    func checkDeadlines() {
        core.loop.tick()
    }
}
