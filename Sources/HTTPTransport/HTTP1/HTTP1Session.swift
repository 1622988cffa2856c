/// The life of one HTTP/1.1 connection: requests one after the other, each answered before the next is looked at, so
/// that pipelined ones wait in the bounded input.
final class HTTP1Session: ConnectionSession {
    let connection: Connection
    var parser: RequestParser
    /// The request that is being answered.
    var exchange: Exchange?
    var head: RequestHead?
    var isBodyWhole = false
    var isAnswered = false
    /// How the answer that was begun tells its length, and what is left of it.
    var framing: ResponseFraming?
    var bodyLeft = 0
    /// What is waited for between exchanges, and until when.
    var waiting = Waiting.firstRequest
    var deadline: Instant
    var bodyRate = RateWatch()
    /// Whether the client waits for 100 before it sends its body.
    private var owesContinue = false
    private var isAdvancing = false

    enum Waiting {
        case firstRequest
        case anotherRequest
        case restOfHead
    }

    init(_ connection: Connection, deadline: Instant) {
        self.connection = connection
        self.deadline = deadline
        parser = RequestParser(limits: connection.server.limits.request)
    }

    var limits: TransportLimits { connection.server.limits }

    func inputArrived() {
        if exchange == nil { expectHead() }
        advance()
    }

    /// The first request's time runs from accepting the connection on, another's from its first byte.
    private func expectHead() {
        if case .anotherRequest = waiting { deadline = connection.loop.now + limits.headerTime }
        waiting = .restOfHead
    }

    func inputEnded() {
        if exchange != nil, !isBodyWhole, !parser.canEnd(within: connection.input.count) { return connection.close() }
        advance()
    }

    func outputDrained() {
        exchange?.resumeWrites()
        advance()
    }

    func connectionLost() {
        guard let exchange else { return }
        self.exchange = nil
        connection.server.counters.cancelled.count()
        exchange.cancel()
    }

    func drain() {
        if exchange == nil, case .anotherRequest = waiting { connection.close() }
    }

    /// Goes on as far as input, output and whoever answers allow, then sends.
    func advance() {
        guard !isAdvancing, connection.isOpen else { return }
        isAdvancing = true
        do throws(TransportFault) {
            while connection.isOpen, try step() {}
        } catch {
            refuse(error)
        }
        isAdvancing = false
        connection.flush()
    }

    /// Does one thing; false where there is nothing to do for now.
    private func step() throws(TransportFault) -> Bool {
        if exchange != nil, isAnswered, isBodyWhole {
            finishExchange()
            return true
        }
        guard canParse else { return false }
        switch try nextEvent() {
        case .head(let head): begin(head)
        case .body(let piece): exchange?.deliver(.bytes(piece))
        case .end:
            isBodyWhole = true
            if exchange?.pendingRead != nil { exchange?.deliver(.end) }
        case nil:
            try needMoreInput()
            return false
        }
        return true
    }

    private var canParse: Bool {
        guard let exchange else { return connection.output.count < TransportLimits.outputMark }
        return !isBodyWhole && (exchange.pendingRead != nil || head?.body == RequestHead.Body.none)
    }

    private enum Event {
        case head(RequestHead)
        case body([UInt8])
        case end
    }

    private func nextEvent() throws(TransportFault) -> Event? {
        var consumed = 0
        let start = connection.input.start
        let event = try connection.input.next(&parser, consumed: &consumed)
        defer { connection.input.consume(consumed) }
        switch event {
        case .head(let head): return .head(head)
        case .body(let range):
            return .body(Array(connection.input.bytes[start + range.lowerBound..<start + range.upperBound]))
        case .end: return .end
        case nil: return nil
        }
    }

    /// All input is used up; where the client sends no more, what it began stays unfinished.
    private func needMoreInput() throws(TransportFault) {
        if connection.hasInputEnded {
            if exchange == nil, parser.isBetweenRequests { return connection.closeAfterOutput() }
            // RFC 9112 §8: an incomplete request. Whoever sent it most likely left, and reads no answer.
            connection.closeAfterOutput()
            return connectionLost()
        }
        if owesContinue, exchange?.pendingRead != nil {
            owesContinue = false
            if !(exchange?.hasAnswer ?? true) { connection.output.append(ResponseEncoder.proceed) }
        }
    }

    private func begin(_ head: RequestHead) {
        connection.server.counters.requests.count()
        var head = head
        head.request = stamped(head.request)
        self.head = head
        owesContinue = head.expectsContinue
        isBodyWhole = false
        isAnswered = false
        let length: Int? =
            switch head.body {
            case .none: 0
            case .fixed(let length): length
            case .chunked: nil
            }
        let exchange = Exchange(head.request, bodyLength: length, loop: connection.loop, carrier: self)
        self.exchange = exchange
        connection.server.handler.respond(
            to: head.request, body: RequestBody(exchange: exchange), responder: Responder(exchange: exchange))
    }

    /// With what the connection knows of it.
    private func stamped(_ request: Request) -> Request {
        var request = request
        request.peer = connection.peer
        request.isSecure = connection.isSecure
        return request
    }

    /// The request that is being answered or read, as far as its head has come.
    var current: Request? { head?.request ?? parser.unfinished.map(stamped) }

    private func finishExchange() {
        exchange?.finish()
        exchange = nil
        head = nil
        let closes = framing?.closes ?? true
        framing = nil
        bodyRate = RateWatch()
        guard !closes else { return connection.closeAfterOutput() }
        waiting = .anotherRequest
        deadline = connection.loop.now + limits.idleTime
        if connection.input.count > 0 { expectHead() }
    }
}
