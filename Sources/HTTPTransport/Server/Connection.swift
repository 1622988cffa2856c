import Glibc

/// One accepted socket: moves bytes between it and a session, within bounds both ways.
///
/// Everything here runs on the loop.
final class Connection: EventHandler {
    enum State {
        case open
        /// The answer is on its way; input is thrown away until the client has closed too (RFC 9112 §9.6).
        case lingering(until: Instant?)
        case closed
    }

    let server: ServerCore
    let peer: PeerAddress
    var input = InputBuffer()
    var output = OutputQueue()
    var session: (any ConnectionSession)?
    private(set) var state = State.open
    private(set) var hasInputEnded = false
    /// Bytes ever received and sent, for rates.
    private(set) var received = 0
    private(set) var sent = 0
    private let socket: Socket
    private var interest: Readiness = .readable
    private var isFlushing = false

    init(_ socket: Socket, _ peer: PeerAddress, _ server: ServerCore) {
        self.socket = socket
        self.peer = peer
        self.server = server
    }

    var loop: EventLoop { server.loop }
    var isSecure: Bool { false }
    var isOpen: Bool { if case .open = state { true } else { false } }

    func start() throws(TransportError) {
        session = FirstBytes(self)
        try loop.add(self, socket.descriptor, interest)
    }

    func becameReady(_ readiness: Readiness) {
        if readiness.contains(.readable) { receive() }
        if readiness.contains(.writable) { flush() }
        // What came before a reset has been read by now; where reading is paused the reset itself is what counts.
        if !readiness.isDisjoint(with: .broken), !interest.contains(.readable) { fail() }
        updateInterest()
    }

    func checkDeadlines(now: Instant) {
        if case .lingering(let until?) = state, now >= until { return close() }
        session?.checkDeadlines(now: now)
        updateInterest()
    }

    private func receive() {
        // A few times only, so that one fast client does not hold up the others.
        for _ in 0..<4 where !isClosed {
            switch socket.read(into: loop.scratch) {
            case .bytes(let count):
                received += count
                server.counters.bytesRead.count(count)
                take(UnsafeRawBufferPointer(rebasing: loop.scratch[..<count]))
                guard count == loop.scratch.count, input.count < TransportLimits.inputMark else { return }
            case .later: return
            case .end: return end()
            case .failed: return fail()
            }
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        guard isOpen else { return }
        input.append(bytes)
        session?.inputArrived()
    }

    private func end() {
        hasInputEnded = true
        if isOpen { session?.inputEnded() } else { close() }
    }
}

extension Connection {
    private var isClosed: Bool { if case .closed = state { true } else { false } }

    /// Sends what waits, as far as the socket takes it.
    func flush() {
        guard !isFlushing, !isClosed else { return }
        isFlushing = true
        let wasFull = output.count >= TransportLimits.outputMark
        var isBroken = false
        var isBlocked = false
        while !output.isEmpty, !isBlocked, !isBroken {
            output.withNext { bytes in
                switch socket.write(bytes) {
                case .bytes(let count):
                    sent += count
                    server.counters.bytesWritten.count(count)
                    return count
                case .later: isBlocked = true
                case .end, .failed: isBroken = true
                }
                return 0
            }
        }
        isFlushing = false
        if isBroken { return fail() }
        if wasFull, output.count < TransportLimits.outputMark { session?.outputDrained() }
        if output.isEmpty, case .lingering(nil) = state { linger() }
        updateInterest()
    }

    /// Closes once the output is sent. A client that is still sending is listened to for a while, because closing at
    /// once would reset the connection and take the answer from it.
    func closeAfterOutput() {
        guard isOpen else { return }
        state = .lingering(until: nil)
        if output.isEmpty { linger() }
    }

    private func linger() {
        guard !hasInputEnded else { return close() }
        socket.shutdownWriting()
        state = .lingering(until: loop.now + server.limits.lingerTime)
        input.consume(input.count)
    }

    /// The connection broke, or is given up: nothing more is sent.
    func fail() {
        close()
    }

    func close() {
        guard !isClosed else { return }
        state = .closed
        loop.forget(socket.descriptor)
        socket.close()
        let session = session
        self.session = nil
        session?.connectionLost()
        server.closed(self)
    }

    private func updateInterest() {
        guard !isClosed else { return }
        var wanted: Readiness = []
        if !hasInputEnded, !isOpen || input.count < TransportLimits.inputMark { wanted.insert(.readable) }
        if !output.isEmpty { wanted.insert(.writable) }
        guard wanted != interest else { return }
        interest = wanted
        loop.setInterest(socket.descriptor, wanted)
    }
}
