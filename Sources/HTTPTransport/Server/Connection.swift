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
    let tls: TLSSession?
    /// What TLS made of the output; empty without it.
    var wire = OutputQueue()
    private let socket: Socket
    private var interest: Readiness = .readable
    private var isFlushing = false
    private var outputRate = RateWatch()
    /// Up to where the output must be gone, and by when; the first answer first.
    private var due: [(position: Int, deadline: Instant)] = []

    init(_ socket: Socket, _ peer: PeerAddress, _ tls: TLSSession?, _ server: ServerCore) {
        self.socket = socket
        self.peer = peer
        self.tls = tls
        self.server = server
    }

    var loop: EventLoop { server.loop }
    var isSecure: Bool { tls != nil }
    var hasOutput: Bool { !output.isEmpty || !wire.isEmpty }
    var isOpen: Bool { if case .open = state { true } else { false } }

    func start() throws(TransportError) {
        session = FirstBytes(self)
        try loop.add(self, socket.descriptor, interest)
    }

    func becameReady(_ readiness: Readiness) {
        if readiness.contains(.readable) { receive() }
        if readiness.contains(.writable) { flush() }
        // What came before a reset has been read by now; where reading is paused the reset itself is what counts.
        if !readiness.isDisjoint(with: .broken), !interest.contains(.readable) { close() }
        updateInterest()
    }

    func checkDeadlines(now: Instant) {
        if case .lingering(let until?) = state, now >= until { return close() }
        if outputRate.isTooSlow(hasOutput, sent, now: now, server.limits) || isOverdue(now) {
            server.counters.timeouts.count()
            return close()
        }
        if isOpen { session?.checkDeadlines(now: now) }
        updateInterest()
    }

    /// All output so far must be gone within that time.
    func expectTaken(within seconds: Double) { due.append((output.taken + output.count, loop.now + seconds)) }

    private func isOverdue(_ now: Instant) -> Bool {
        while let first = due.first, output.taken >= first.position { due.removeFirst() }
        return due.first.map { now >= $0.deadline } ?? false
    }

    /// Bytes of answers that the client has not taken.
    var unsentCount: Int { output.count + wire.count + (session?.unsentCount ?? 0) }

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
            case .failed: return close()
            }
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer) {
        guard isOpen else { return }
        if let tls { return decrypt(bytes, tls) }
        input.append(bytes)
        session?.inputArrived()
    }

    func end() {
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
        let isWhole = tls.map(sendEncrypted) ?? send(&output)
        isFlushing = false
        guard isWhole else { return close() }
        if wasFull, output.count < TransportLimits.outputMark { session?.outputDrained() }
        if !hasOutput, case .lingering(nil) = state { linger() }
        updateInterest()
    }

    private func sendEncrypted(_ tls: TLSSession) -> Bool {
        repeat {
            guard encrypt(tls), send(&wire) else { return false }
        } while wire.isEmpty && !output.isEmpty
        return true
    }

    /// False where the connection is broken.
    private func send(_ queue: inout OutputQueue) -> Bool {
        var outcome = Socket.Transfer.bytes(0)
        while !queue.isEmpty, case .bytes = outcome {
            queue.withNext { bytes in
                outcome = socket.write(bytes)
                guard case .bytes(let count) = outcome else { return 0 }
                sent += count
                server.counters.bytesWritten.count(count)
                return count
            }
        }
        switch outcome {
        case .bytes, .later: return true
        case .end, .failed: return false
        }
    }

    /// Closes once the output is sent. A client that is still sending is listened to for a while, because closing at
    /// once would reset the connection and take the answer from it.
    func closeAfterOutput() {
        guard isOpen else { return }
        state = .lingering(until: nil)
        if !hasOutput { linger() }
    }

    private func linger() {
        if let tls { endEncrypted(tls) }
        guard !hasInputEnded else { return close() }
        socket.shutdownWriting()
        state = .lingering(until: loop.now + server.limits.lingerTime)
        input.consume(input.count)
    }

    /// Says goodbye as TLS does. It is short: where the socket does not take it now, the client does without.
    private func endEncrypted(_ tls: TLSSession) {
        tls.end()
        tls.take(to: &wire, loop.scratch)
        _ = send(&wire)
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
        if hasOutput { wanted.insert(.writable) }
        guard wanted != interest else { return }
        interest = wanted
        loop.setInterest(socket.descriptor, wanted)
    }
}
