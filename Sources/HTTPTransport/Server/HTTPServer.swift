/// How a server is set up.
public struct ServerConfiguration: Sendable {
    public var addresses: [ListenAddress]
    public var limits = TransportLimits()
    /// Networks without a limit of connections per address.
    public var unlimitedNetworks = AddressRange.loopback
    /// Makes the answer to a request that the transport refuses itself.
    public var faultResponse: @Sendable (TransportFault, PeerAddress) -> Response = { fault, _ in
        Response(problem: fault)
    }
    public var clock = TransportClock.monotonic

    public init(addresses: [ListenAddress]) {
        self.addresses = addresses
    }
}

/// An HTTP server on sockets of its own.
///
/// All I/O runs on one serial queue, which answers also while computing threads fill Dispatch's pool.
public final class HTTPServer: Sendable {
    private let core: ServerCore
    /// Where the server listens, with the ports that the system chose.
    public let addresses: [ListenAddress]

    /// Binds the addresses and begins to serve.
    ///
    /// - Throws: ``TransportError`` where an address cannot be had; then none is.
    public init(_ configuration: ServerConfiguration, handler: any RequestHandler) throws {
        let core = try ServerCore(configuration, handler)
        self.core = core
        addresses = try core.loop.wait { try core.listen() }
        core.loop.start { now in core.checkDrainDeadline(now: now) }
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

    /// Closes everything at once and ends the queue's work. Never called from a handler.
    public func stop() {
        core.loop.wait { core.stop() }
    }

    /// Looks at all deadlines now, as the server does by itself twice a second.
    func checkDeadlines() {
        core.loop.tick()
    }
}
