import CNghttp2

/// What comes from the client. Called while the engine receives or sends.
extension HTTP2Session {
    func frameBegan(type: UInt8, flags: UInt8, stream: Int32, length: Int) {
        if !allows(UInt32(type), flags, length, connection.loop.now) { endForFlood() }
        switch UInt32(type) {
        case NGHTTP2_HEADERS.rawValue: checkNumber(stream)
        case NGHTTP2_SETTINGS.rawValue:
            windows = (engine?.initialWindow ?? 0, streams.keys.map { engine?.window(of: $0) ?? 0 }.max() ?? 0)
        default: break
        }
    }

    /// RFC 9113 §5.1.1: numbers only grow. The library lets trailers of a stream that is gone pass, and with them
    /// requests; trailers can only be on their way where the server has reset their stream just now.
    private func checkNumber(_ stream: Int32) {
        guard stream <= lastStream, streams[stream] == nil, !lastResets.contains(stream) else { return }
        end(for: NGHTTP2_PROTOCOL_ERROR)
    }

    /// RFC 9113 §6.9.2: settings that carry a window past its largest end the connection; the library resets the stream.
    func settingsTaken() {
        let change = (engine?.initialWindow ?? 0) - windows.initial
        if windows.largest + change > Int(Int32.max) { end(for: NGHTTP2_FLOW_CONTROL_ERROR) }
    }

    func paddingTaken() {
        if !floods.allows(.emptyData, now: connection.loop.now) { endForFlood() }
    }

    private func allows(_ type: UInt32, _ flags: UInt8, _ length: Int, _ now: Instant) -> Bool {
        switch type {
        case NGHTTP2_DATA.rawValue:
            let isLast = UInt32(flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
            return length > 0 || isLast || floods.allows(.emptyData, now: now)
        case NGHTTP2_HEADERS.rawValue:
            floods.beginHeaderBlock()
            let isWhole = UInt32(flags) & NGHTTP2_FLAG_END_HEADERS.rawValue != 0
            headDeadline = isWhole ? nil : now + limits.headerTime
            return true
        case NGHTTP2_CONTINUATION.rawValue:
            if UInt32(flags) & NGHTTP2_FLAG_END_HEADERS.rawValue != 0 { headDeadline = nil }
            return floods.allowsContinuation()
        case NGHTTP2_RST_STREAM.rawValue: return floods.allows(.reset, now: now)
        case NGHTTP2_WINDOW_UPDATE.rawValue: return floods.allows(.windowUpdate, now: now)
        default: return floods.allows(.control, now: now)
        }
    }

    /// False for a stream past the limit (RFC 9113 §5.1.2).
    func headBegan(_ stream: Int32) -> Bool {
        guard !isTerminated else { return true }
        lastStream = stream
        guard streams.count < limits.streams else { return false }
        streams[stream] = HTTP2Stream(stream)
        return true
    }

    func field(_ stream: Int32, _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        streams[stream]?.head.add(name, value, limits.request)
    }

    func headEnded(_ id: Int32, isLast: Bool) {
        guard let stream = streams[id], !isTerminated else { return }
        connection.server.counters.requests.count()
        stream.isBodyWhole = isLast
        do throws(TransportFault) {
            let request = stamped(try stream.head.finish(hasBody: !isLast))
            stream.owesContinue = stream.head.expectsContinue && !isLast
            let exchange = Exchange(
                request, bodyLength: stream.head.bodyLength, stream: id, loop: connection.loop, carrier: self)
            stream.exchange = exchange
            connection.server.handler.respond(
                to: request, body: RequestBody(exchange: exchange), responder: Responder(exchange: exchange))
        } catch {
            refuse(stream, error)
        }
    }

    /// With what the connection knows of it.
    func stamped(_ request: Request) -> Request {
        var request = request
        request.peer = connection.peer
        request.isSecure = connection.isSecure
        return request
    }

    func data(_ id: Int32, _ bytes: UnsafeBufferPointer<UInt8>) {
        guard let stream = streams[id], let exchange = stream.exchange else {
            // Nobody reads it, but other streams share the connection's window.
            engine?.consume(id, bytes.count)
            return
        }
        stream.received += bytes.count
        guard stream.received <= limits.bodyBytes else {
            engine?.consume(id, bytes.count)
            return refuse(stream, .bodyTooLarge(limit: limits.bodyBytes, actual: nil))
        }
        guard exchange.pendingRead != nil else {
            stream.inbound.append(contentsOf: bytes)
            return
        }
        engine?.consume(id, bytes.count)
        exchange.deliver(.bytes(Array(bytes)))
    }

    func ended(_ id: Int32) {
        guard let stream = streams[id] else { return }
        stream.isBodyWhole = true
        if stream.inbound.isEmpty { stream.exchange?.deliver(.end) }
    }

    /// The stream is gone on both sides: its answer is out, or one side reset it.
    func closed(_ id: Int32) {
        guard let stream = streams.removeValue(forKey: id) else { return }
        deadline = connection.loop.now + limits.idleTime
        engine?.consume(id, stream.inbound.count)
        if stream.isAnswerWhole, stream.outboundCount == 0 {
            let exchange = stream.exchange
            stream.exchange = nil
            exchange?.finish()
        } else {
            cancel(stream)
        }
    }
}
