import CNghttp2

/// The life of one HTTP/2 connection: frames to requests, answers to frames, each stream an exchange of its own.
final class HTTP2Session: ConnectionSession {
    let connection: Connection
    var streams: [Int32: HTTP2Stream] = [:]
    var floods: FloodWatch
    /// The highest number that a stream had.
    var lastStream: Int32 = 0
    /// Streams that the server reset last, whose client may not know yet.
    var lastResets: [Int32] = []
    /// The client's windows as they were before the settings that are coming.
    var windows: (initial: Int, largest: Int) = (0, 0)
    /// When the connection is idle for too long, or its first request too late.
    var deadline: Instant
    /// When the header block that is coming must be whole.
    var headDeadline: Instant?
    var isEnding = false
    private(set) var isTerminated = false
    private var drainNotice: Instant?
    /// Whether the engine is at work, which must not be entered again.
    private var isBusy = false
    private var isPumpWanted = false
    private var started: HTTP2Engine?

    /// Nil where there is no memory.
    init?(_ connection: Connection, deadline: Instant) {
        self.connection = connection
        self.deadline = deadline
        floods = FloodWatch(now: connection.loop.now)
        guard let engine = HTTP2Engine(owner: self, connection.server.limits) else { return nil }
        started = engine
    }

    var limits: TransportLimits { connection.server.limits }
    var unsentCount: Int { streams.values.reduce(0) { $0 + $1.outboundCount } }
    /// Nil once the connection is gone.
    var engine: HTTP2Engine? { started }

    func inputArrived() {
        guard let engine, !isBusy, connection.isOpen else { return }
        if connection.server.isDraining { drain() }
        isBusy = true
        let isAlive = connection.input.withUnread { engine.receive($0) }
        connection.input.consume(connection.input.count)
        isBusy = false
        pump()
        if !isAlive { close() }
    }

    /// A client that closes its side can open no window any more: it has left, but for what was answered already and its
    /// windows let through.
    func inputEnded() {
        isEnding = true
        for stream in streams.values
        where !stream.isAnswerWhole || stream.outboundCount > engine?.room(for: stream.id) ?? 0 {
            giveUp(stream)
        }
        pump()
    }

    func outputDrained() { pump() }

    func connectionLost() {
        started = nil
        for stream in streams.values { cancel(stream) }
        streams = [:]
    }

    /// Announces the end now and says it at the next look at the clock, when what was on its way has come.
    func drain() {
        guard !isEnding, drainNotice == nil else { return }
        drainNotice = connection.loop.now
        engine?.announceEnd()
        pump()
    }

    /// Hands out frames as far as the output has room, sends, and closes once all is said.
    func pump() {
        guard let engine, connection.isOpen else { return }
        guard !isBusy else {
            isPumpWanted = true
            return
        }
        var isAlive = true
        repeat {
            isPumpWanted = false
            isBusy = true
            isAlive = engine.send(&connection.output, TransportLimits.outputMark)
            isBusy = false
        } while isPumpWanted && isAlive && connection.output.count < TransportLimits.outputMark
        for stream in streams.values where stream.outboundCount < Self.streamMark { stream.exchange?.resumeWrites() }
        if !isAlive || engine.isOver || (isEnding && streams.isEmpty) { close() }
        connection.flush()
    }

    private func close() {
        connection.closeAfterOutput()
        for stream in streams.values { cancel(stream) }
    }

    /// Unsent bytes of one answer past which its writer is held back.
    static let streamMark = 64 * 1024

    /// Ends the connection for a client that floods it.
    func endForFlood() {
        guard !isTerminated else { return }
        connection.server.counters.floods.count()
        end(for: NGHTTP2_ENHANCE_YOUR_CALM)
    }

    /// Ends the connection for what the client did (RFC 9113 §5.4.1).
    func end(for code: nghttp2_error_code) {
        guard !isTerminated else { return }
        isTerminated = true
        engine?.terminate(code)
    }
}

extension HTTP2Session {
    func checkDeadlines(now: Instant) {
        if let drainNotice, now > drainNotice, !isEnding {
            isEnding = true
            engine?.end()
        }
        for stream in streams.values { check(stream, now) }
        if headDeadline.map({ now >= $0 }) ?? (streams.isEmpty && now >= deadline) {
            connection.server.counters.timeouts.count()
            isEnding = true
            end(for: NGHTTP2_NO_ERROR)
        }
        pump()
    }

    private func check(_ stream: HTTP2Stream, _ now: Instant) {
        // A window that the client does not open holds the answer's bytes here.
        let isOverdue = stream.outboundCount > 0 && stream.deadline.map { now >= $0 } ?? false
        if stream.outputRate.isTooSlow(stream.outboundCount > 0, stream.sent, now: now, limits) || isOverdue {
            connection.server.counters.timeouts.count()
            return giveUp(stream)
        }
        let isReading = stream.exchange?.pendingRead != nil && !stream.isBodyWhole
        if stream.bodyRate.isTooSlow(isReading, stream.received, now: now, limits) {
            connection.server.counters.timeouts.count()
            return refuse(stream, .tooSlow(seconds: Int(limits.rateTime)))
        }
        // Nobody else holds the exchange and it has no answer: none will come.
        if stream.exchange?.hasAnswer == false, isKnownUniquelyReferenced(&stream.exchange) {
            refuse(stream, .unanswered)
        }
    }

    /// Resets a stream whose client is not there for it any more.
    private func giveUp(_ stream: HTTP2Stream) {
        engine?.reset(stream.id, isAnswered: false)
        cancel(stream)
    }

    func cancel(_ stream: HTTP2Stream, _ reason: BodyFailure = .clientLeft) {
        guard let exchange = stream.exchange else { return }
        stream.exchange = nil
        connection.server.counters.cancelled.count()
        exchange.cancel(reason)
    }
}
