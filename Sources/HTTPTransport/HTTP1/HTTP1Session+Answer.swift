extension HTTP1Session: ExchangeCarrier {
    func bodyIsWanted(by exchange: Exchange) {
        if isBodyWhole { return exchange.deliver(.end) }
        advance()
    }

    func send(_ response: Response, for exchange: Exchange) {
        let framing = beginAnswer(response.status, response.fields, response.body.count, exchange)
        if framing.sendsBody { connection.output.append(response.body) }
        if let seconds = response.takenWithin { connection.expectTaken(within: seconds) }
        endAnswer()
    }

    func begin(status: Int, fields: Fields, length: Int?, for exchange: Exchange) {
        let framing = beginAnswer(status, fields, length, exchange)
        if case .fixed(let length) = framing.length { bodyLeft = length }
        connection.flush()
    }

    func write(_ piece: [UInt8], for exchange: Exchange) {
        guard let framing, framing.sendsBody, !isAnswered else { return }
        switch framing.length {
        case .chunked: connection.output.append { ResponseEncoder.appendChunk(piece, to: &$0) }
        case .untold: connection.output.append(piece)
        case .fixed:
            // More than was told would be read as the next answer.
            let allowed = piece.count <= bodyLeft ? piece : Array(piece.prefix(bodyLeft))
            bodyLeft -= allowed.count
            connection.output.append(allowed)
        }
        connection.flush()
    }

    func hasRoom(for exchange: Exchange) -> Bool { connection.output.count < TransportLimits.outputMark }

    func finishBody(for exchange: Exchange) {
        guard let framing, !isAnswered else { return }
        if framing.sendsBody {
            // RFC 9112 §8: only a cut connection tells the client that its answer is incomplete.
            if case .fixed = framing.length, bodyLeft > 0 { return connection.close() }
            if framing.length == .chunked { connection.output.append { ResponseEncoder.appendLastChunk(to: &$0) } }
        }
        endAnswer()
    }

    private func beginAnswer(_ status: Int, _ fields: Fields, _ length: Int?, _ exchange: Exchange) -> ResponseFraming {
        // A body that is not whole yet is not waited for: the connection closes after the answer.
        let keepsAlive =
            (head?.keepsAlive ?? false) && !connection.server.isDraining
            && (isBodyWhole || head?.body == RequestHead.Body.none)
        let framing = ResponseFraming(
            status: status, length: length, method: exchange.method, version: exchange.version, keepsAlive: keepsAlive)
        self.framing = framing
        let date = connection.loop.date
        connection.output.append {
            ResponseEncoder.appendHead(
                status: status, fields: fields, framing: framing, version: exchange.version, date: date, to: &$0)
        }
        return framing
    }

    private func endAnswer() {
        isAnswered = true
        if framing?.closes ?? true { isBodyWhole = true }
        advance()
    }

    /// Answers a fault in the handler's place and closes.
    func refuse(_ fault: TransportFault) {
        connection.server.counters.faults.count()
        let (request, exchange) = (current, exchange)
        self.exchange = nil
        let canAnswer = !(exchange?.hasAnswer ?? false)
        exchange?.hasAnswer = true
        exchange?.cancel(.fault(fault))
        if canAnswer {
            let response = connection.server.answer(to: fault, request, connection.peer)
            let framing = ResponseFraming(
                status: response.status, length: response.body.count, method: request?.method ?? "GET",
                version: .http11, keepsAlive: false)
            let date = connection.loop.date
            connection.output.append {
                ResponseEncoder.appendHead(
                    status: response.status, fields: response.fields, framing: framing, version: .http11, date: date,
                    to: &$0)
            }
            if framing.sendsBody { connection.output.append(response.body) }
        }
        connection.closeAfterOutput()
        connection.flush()
    }
}

extension HTTP1Session {
    func checkDeadlines(now: Instant) {
        guard exchange == nil else { return checkExchange(now) }
        guard now >= deadline else { return }
        if case .restOfHead = waiting { return timeOut(limits.headerTime) }
        connection.server.counters.timeouts.count()
        connection.close()
    }

    private func checkExchange(_ now: Instant) {
        let isReading = exchange?.pendingRead != nil && !isBodyWhole
        if bodyRate.isTooSlow(isReading, connection.received, now: now, limits) { return timeOut(limits.rateTime) }
        // Nobody else holds the exchange and it has no answer: none will come.
        if exchange?.hasAnswer == false, isKnownUniquelyReferenced(&exchange) { refuse(.unanswered) }
    }

    private func timeOut(_ seconds: Double) {
        connection.server.counters.timeouts.count()
        refuse(.tooSlow(seconds: Int(seconds)))
    }
}
