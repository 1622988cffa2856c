/// Where the answer to one request goes, once, at any time and from any thread.
public struct Responder: Sendable {
    let exchange: Exchange

    /// Whether the client has left; whatever is still sent is dropped.
    public var isCancelled: Bool { exchange.isCancelled }

    /// Why whatever is still sent is dropped: the client left, or the transport answers a fault of the body itself; nil
    /// while neither is so.
    public var cancellationReason: BodyFailure? { exchange.cancellationReason }

    /// Bytes of the request's body that were read so far.
    public var receivedBytes: Int { exchange.receivedBytes }

    /// Calls back when the client leaves before its answer is sent: at once if it has left already.
    ///
    /// - Parameter callback: called once at most, on the transport's queue or on this thread; it must return soon.
    public func onCancel(_ callback: @escaping @Sendable () -> Void) {
        exchange.onCancel(callback)
    }

    /// Sends the whole answer.
    public func send(_ response: Response) {
        let exchange = exchange
        exchange.loop.run {
            guard let carrier = exchange.carrier, exchange.beginAnswer() else { return }
            carrier.send(response, for: exchange)
        }
    }

    /// Begins an answer whose body comes piece by piece.
    ///
    /// - Parameter length: of the whole body in bytes; nil where it is not known.
    public func begin(status: Int, fields: Fields, length: Int? = nil) -> ResponseBody {
        precondition((200...599).contains(status), "a final answer's status is from 200 to 599")
        let exchange = exchange
        exchange.loop.run {
            guard let carrier = exchange.carrier, exchange.beginAnswer() else { return }
            carrier.begin(status: status, fields: fields, length: length, for: exchange)
        }
        return ResponseBody(exchange: exchange)
    }
}

/// The body of an answer that was begun.
public struct ResponseBody: Sendable {
    let exchange: Exchange

    /// Adds a piece.
    ///
    /// - Parameter resume: called on the transport's queue with true when there is room for the next piece, with false
    ///   when the client has left.
    public func write(_ piece: [UInt8], resume: @escaping @Sendable (Bool) -> Void) {
        let exchange = exchange
        exchange.loop.run {
            guard let carrier = exchange.carrier else { return resume(false) }
            carrier.write(piece, for: exchange)
            guard exchange.carrier != nil else { return resume(false) }
            exchange.pendingWrites.append(resume)
            exchange.resumeWrites()
        }
    }

    /// Ends the body. Where a length was told, that many bytes must have been written, else the connection is cut.
    public func finish() {
        let exchange = exchange
        exchange.loop.run { exchange.carrier?.finishBody(for: exchange) }
    }
}

extension Exchange {
    /// False where an answer has begun already.
    fileprivate func beginAnswer() -> Bool {
        defer { hasAnswer = true }
        return !hasAnswer
    }
}
