import CNghttp2

extension HTTP2Session: ExchangeCarrier {
    func bodyIsWanted(by exchange: Exchange) {
        guard let stream = streams[exchange.stream] else { return }
        if !stream.inbound.isEmpty {
            let piece = stream.inbound
            stream.inbound = []
            engine?.consume(stream.id, piece.count)
            exchange.deliver(.bytes(piece))
        } else if stream.isBodyWhole {
            exchange.deliver(.end)
        } else if stream.owesContinue {
            stream.owesContinue = false
            if !exchange.hasAnswer { engine?.sendContinue(stream.id) }
        }
        pump()
    }

    func send(_ response: Response, for exchange: Exchange) {
        guard let stream = streams[exchange.stream] else { return }
        stream.deadline = response.takenWithin.map { connection.loop.now + $0 }
        begin(stream, response.status, response.fields, response.body.count, response.body, exchange.method)
        pump()
    }

    func begin(status: Int, fields: Fields, length: Int?, for exchange: Exchange) {
        guard let stream = streams[exchange.stream] else { return }
        begin(stream, status, fields, length, nil, exchange.method)
        pump()
    }

    /// - Parameter body: the whole body; nil where it comes piece by piece.
    private func begin(
        _ stream: HTTP2Stream, _ status: Int, _ fields: Fields, _ length: Int?, _ body: [UInt8]?, _ method: String
    ) {
        let framing = ResponseFraming(
            status: status, length: length, method: method, version: .http2, keepsAlive: true)
        let sendsBody = framing.sendsBody && body?.isEmpty != true
        stream.isAnswerWhole = body != nil || !sendsBody
        stream.sendsBody = sendsBody
        if sendsBody, let body { stream.append(body) }
        var told: Int?
        if case .fixed(let length) = framing.length { told = length }
        if body == nil { stream.bodyLeft = told }
        engine?.respond(
            stream.id, status: status, date: connection.loop.date, fields: fields, length: told, hasBody: sendsBody)
    }

    func write(_ piece: [UInt8], for exchange: Exchange) {
        guard let stream = streams[exchange.stream], stream.sendsBody, !stream.isAnswerWhole else { return }
        guard let left = stream.bodyLeft else { return add(piece, to: stream) }
        // More than was told would be malformed (RFC 9113 §8.1.1).
        stream.bodyLeft = max(0, left - piece.count)
        add(piece.count <= left ? piece : Array(piece.prefix(left)), to: stream)
    }

    private func add(_ piece: [UInt8], to stream: HTTP2Stream) {
        stream.append(piece)
        engine?.resume(stream.id)
        pump()
    }

    func hasRoom(for exchange: Exchange) -> Bool {
        (streams[exchange.stream]?.outboundCount ?? 0) < Self.streamMark
    }

    func finishBody(for exchange: Exchange) {
        guard let stream = streams[exchange.stream], stream.sendsBody, !stream.isAnswerWhole else { return }
        if let left = stream.bodyLeft, left > 0 {
            engine?.reset(stream.id, isAnswered: false)
        } else {
            stream.isAnswerWhole = true
            engine?.resume(stream.id)
        }
        pump()
    }

    /// Answers a fault in the handler's place.
    func refuse(_ stream: HTTP2Stream, _ fault: TransportFault) {
        connection.server.counters.faults.count()
        let hasAnswer = stream.exchange?.hasAnswer ?? false
        let request = stream.head.request.map(stamped)
        stream.exchange?.hasAnswer = true
        engine?.consume(stream.id, stream.inbound.count)
        stream.inbound = []
        let exchange = stream.exchange
        stream.exchange = nil
        exchange?.cancel(.fault(fault))
        guard !hasAnswer else {
            engine?.reset(stream.id, isAnswered: false)
            return
        }
        let response = connection.server.answer(to: fault, request, connection.peer)
        begin(
            stream, response.status, response.fields, response.body.count, response.body, request?.method ?? "GET")
    }
}

/// What goes to the client. Called while the engine sends.
extension HTTP2Session {
    func body(_ id: Int32, to buffer: UnsafeMutableRawBufferPointer) -> (count: Int, isLast: Bool) {
        guard let stream = streams[id] else { return (0, true) }
        let count = stream.copyBody(to: buffer)
        return (count, stream.isAnswerWhole && stream.outboundCount == 0)
    }

    func frameSent(type: UInt8, flags: UInt8, stream id: Int32) {
        if UInt32(type) == NGHTTP2_RST_STREAM.rawValue {
            // As many as may be open: a client opens others in their place only once it knows.
            if lastResets.count == limits.streams { lastResets.removeFirst() }
            lastResets.append(id)
            // What the client made the server reset costs as much as a reset of its own.
            let isOurs = streams[id]?.isAnswerWhole ?? false
            if !isOurs, !floods.allows(.reset, now: connection.loop.now) { endForFlood() }
            return
        }
        if UInt32(type) == NGHTTP2_DATA.rawValue { floods.refund(.windowUpdate) }
        let isEnd = UInt32(flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
        guard isEnd, let stream = streams[id], !stream.isBodyWhole else { return }
        // RFC 9113 §8.1: the answer is whole, the rest of the request is not needed.
        engine?.reset(id, isAnswered: true)
    }
}
