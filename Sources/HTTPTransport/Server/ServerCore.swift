/// What all connections of a server share. Runs on the loop but for its constants.
///
/// `@unchecked Sendable`: what changes is touched on the loop only.
final class ServerCore: @unchecked Sendable {
    let loop: EventLoop
    let limits: TransportLimits
    let counters: TransportCounters
    let handler: any RequestHandler
    private let configuration: ServerConfiguration
    private var listeners: [Listener] = []
    private var connections: [ObjectIdentifier: Connection] = [:]
    private var perAddress: [[UInt8]: Int] = [:]
    private var draining: Draining?
    /// Of the certificate that new connections get.
    var tls: TLSContext?

    private struct Draining {
        var deadline: Instant
        var completion: @Sendable (Bool) -> Void
    }

    init(_ configuration: ServerConfiguration, _ handler: any RequestHandler) throws(TransportError) {
        self.configuration = configuration
        self.handler = handler
        limits = configuration.limits
        counters = configuration.counters
        loop = try EventLoop(clock: configuration.clock)
        if let files = configuration.certificate { tls = try TLSContext(files) }
    }

    var isDraining: Bool { draining != nil }

    /// Binds all addresses, or none.
    func listen() throws(TransportError) -> [ListenAddress] {
        var bound: [(Socket, ListenAddress)] = []
        let addresses = configuration.addresses + configuration.secureAddresses
        do throws(TransportError) {
            for address in addresses { bound.append(try Socket.listening(on: address)) }
            for (index, (socket, address)) in bound.enumerated() {
                let isSecure = index >= configuration.addresses.count
                let listener = Listener(socket, address, isSecure: isSecure, self)
                listeners.append(listener)
                try loop.add(listener, socket.descriptor, .readable)
            }
        } catch {
            bound.forEach { $0.0.close() }
            listeners = []
            throw error
        }
        return bound.map(\.1)
    }

    func answer(to fault: TransportFault, _ request: Request?, _ peer: PeerAddress) -> Response {
        configuration.faultResponse(fault, request, peer)
    }
}

extension ServerCore {
    /// Takes a new connection, or closes it unanswered where it is one too many.
    func accepted(_ socket: Socket, _ peer: PeerAddress, isSecure: Bool) {
        counters.acceptedConnections.count()
        guard connections.count < limits.connections, mayOpenAnother(peer),
            let connection = connection(socket, peer, isSecure)
        else {
            counters.refusedConnections.count()
            return socket.close()
        }
        connections[ObjectIdentifier(connection)] = connection
        if let bytes = peer.bytes { perAddress[bytes, default: 0] += 1 }
        counters.openConnections.count()
    }

    /// Nil where memory or epoll has no room for it.
    private func connection(_ socket: Socket, _ peer: PeerAddress, _ isSecure: Bool) -> Connection? {
        let session = isSecure ? tls.flatMap { TLSSession($0) } : nil
        guard !isSecure || session != nil else { return nil }
        let connection = Connection(socket, peer, session, self)
        return (try? connection.start()) == nil ? nil : connection
    }

    private func mayOpenAnother(_ peer: PeerAddress) -> Bool {
        guard let bytes = peer.bytes, perAddress[bytes, default: 0] >= limits.connectionsPerAddress else { return true }
        return configuration.unlimitedNetworks.contains { $0.contains(peer) }
    }

    func closed(_ connection: Connection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        counters.openConnections.count(-1)
        if let bytes = connection.peer.bytes {
            let left = perAddress[bytes, default: 1] - 1
            perAddress[bytes] = left == 0 ? nil : left
        }
        finishDrainIfEmpty()
    }

    /// Stops accepting and lets each connection finish what it accepted.
    func drain(until deadline: Instant, _ completion: @escaping @Sendable (Bool) -> Void) {
        closeListeners(takingWaiting: true)
        draining = Draining(deadline: deadline, completion: completion)
        for connection in connections.values { connection.session?.drain() }
        finishDrainIfEmpty()
    }

    /// Cuts the clients that hold back most of their answers while all of them hold back too much.
    func checkUnsent() {
        var total = connections.values.reduce(0) { $0 + $1.unsentCount }
        while total > limits.unsentBytes, let slowest = connections.values.max(by: { $0.unsentCount < $1.unsentCount })
        {
            total -= slowest.unsentCount
            counters.timeouts.count()
            slowest.close()
        }
    }

    func checkDrainDeadline(now: Instant) {
        guard let draining, now >= draining.deadline else { return }
        self.draining = nil
        for connection in connections.values { connection.close() }
        draining.completion(false)
    }

    private func finishDrainIfEmpty() {
        guard connections.isEmpty, let draining else { return }
        self.draining = nil
        draining.completion(true)
    }

    /// Closes everything at once.
    func stop() {
        closeListeners(takingWaiting: false)
        for connection in connections.values { connection.close() }
        loop.stop()
    }

    private func closeListeners(takingWaiting: Bool) {
        for listener in listeners { listener.close(takingWaiting: takingWaiting) }
        listeners = []
    }
}
