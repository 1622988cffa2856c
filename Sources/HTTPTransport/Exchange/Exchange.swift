import Synchronization

/// One request and its answer, between a connection and whoever answers.
///
/// `@unchecked Sendable`: `carrier`, `pendingRead`, `pendingWrites` and `hasAnswer` are touched on the loop only, the
/// rest is constant or synchronised.
final class Exchange: @unchecked Sendable {
    let loop: EventLoop
    let method: String
    let version: Request.Version
    /// Of the body, where the client told it; 0 where there is none.
    let bodyLength: Int?
    /// HTTP/2's number for it.
    let stream: Int32
    /// The connection; nil once the exchange is over.
    var carrier: (any ExchangeCarrier)?
    var pendingRead: (@Sendable (BodyPiece) -> Void)?
    var pendingWrites: [@Sendable (Bool) -> Void] = []
    /// Whether an answer has begun, or the transport has answered in the handler's place.
    var hasAnswer = false
    private var isResuming = false
    private let cancelled = Atomic(false)
    /// Bytes of the body that were given out.
    private let received = Atomic(0)
    private let cancellation = Mutex(Cancellation())

    private struct Cancellation {
        var isOver = false
        var reason: BodyFailure?
        var callbacks: [@Sendable () -> Void] = []
    }

    init(_ request: Request, bodyLength: Int?, stream: Int32 = 0, loop: EventLoop, carrier: any ExchangeCarrier) {
        self.loop = loop
        self.carrier = carrier
        self.bodyLength = bodyLength
        self.stream = stream
        method = request.method
        version = request.version
    }

    var receivedBytes: Int { received.load(ordering: .relaxed) }
    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }
    var cancellationReason: BodyFailure? { cancellation.withLock { $0.reason } }

    /// Calls back when the client leaves: at once if it has left, never once the answer is sent.
    func onCancel(_ callback: @escaping @Sendable () -> Void) {
        let isLate = cancellation.withLock { state in
            if !state.isOver { state.callbacks.append(callback) }
            return state.isOver
        }
        if isLate, isCancelled { callback() }
    }

    /// Gives the next piece to whoever waits for it.
    func deliver(_ piece: BodyPiece) {
        let read = pendingRead
        pendingRead = nil
        if case .bytes(let bytes) = piece { received.count(bytes.count) }
        read?(piece)
    }

    /// Tells writers that there is room, while there is. They may write again from within: a loop takes that up, so that
    /// the stack does not grow with the body.
    func resumeWrites() {
        guard !isResuming else { return }
        isResuming = true
        while !pendingWrites.isEmpty, carrier?.hasRoom(for: self) ?? false { pendingWrites.removeFirst()(true) }
        isResuming = false
    }

    /// Ends the exchange: the answer is sent.
    func finish() {
        cancellation.withLock { state in
            state.isOver = true
            state.callbacks = []
        }
        end(.clientLeft)
    }

    /// Ends the exchange before its answer is sent.
    func cancel(_ reason: BodyFailure = .clientLeft) {
        cancelled.store(true, ordering: .relaxed)
        let callbacks = cancellation.withLock { state in
            defer { state.callbacks = [] }
            state.isOver = true
            state.reason = reason
            return state.callbacks
        }
        for callback in callbacks { callback() }
        end(reason)
    }

    private func end(_ reason: BodyFailure) {
        carrier = nil
        deliver(.failed(reason))
        let writes = pendingWrites
        pendingWrites = []
        for write in writes { write(false) }
    }
}

/// A connection as an exchange sees it. Called on the loop only.
protocol ExchangeCarrier: AnyObject {
    /// `pendingRead` was set.
    func bodyIsWanted(by exchange: Exchange)
    func send(_ response: Response, for exchange: Exchange)
    func begin(status: Int, fields: Fields, length: Int?, for exchange: Exchange)
    /// Adds to the body that was begun.
    func write(_ piece: [UInt8], for exchange: Exchange)
    /// Whether more may be written right away.
    func hasRoom(for exchange: Exchange) -> Bool
    func finishBody(for exchange: Exchange)
}
