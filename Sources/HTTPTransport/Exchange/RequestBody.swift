/// A piece of a request's body, or how it ended.
public enum BodyPiece: Sendable, Equatable {
    /// Never empty.
    case bytes([UInt8])
    /// The body is whole.
    case end
    case failed(BodyFailure)
}

/// Why a body did not come whole. Each description is one line.
public enum BodyFailure: Error, Sendable, Equatable, CustomStringConvertible {
    case clientLeft
    /// The body broke a rule of HTTP or of the transport, which has answered.
    case fault(TransportFault)
    /// The body is longer than who collects it allows.
    case tooLarge(limit: Int)

    public var description: String {
        switch self {
        case .clientLeft: "the client left before its request was whole; send it again"
        case .fault(let fault): fault.description
        case .tooLarge(let limit): "the body is larger than \(limit) bytes; send a smaller one"
        }
    }
}

/// The body of one request, given out piece by piece as it is asked for: a reader that lags stops the client.
public struct RequestBody: Sendable {
    let exchange: Exchange

    /// In bytes, where the client told it; 0 where there is no body; nil for one of unknown length.
    public var length: Int? { exchange.bodyLength }

    /// Asks for the next piece. One piece is asked for at a time; after ``BodyPiece/end`` or a failure nothing comes.
    ///
    /// - Parameter take: called once, on the transport's queue; it must return soon.
    public func read(_ take: @escaping @Sendable (BodyPiece) -> Void) {
        let exchange = exchange
        exchange.loop.run {
            guard let carrier = exchange.carrier else { return take(.failed(.clientLeft)) }
            precondition(exchange.pendingRead == nil, "one piece is asked for at a time")
            exchange.pendingRead = take
            carrier.bodyIsWanted(by: exchange)
        }
    }

    /// Reads to the end and gives all bytes together.
    ///
    /// - Parameter limit: in bytes; a longer body fails with ``BodyFailure/tooLarge(limit:)`` and is not read on.
    public func collect(upTo limit: Int, _ take: @escaping @Sendable (Result<[UInt8], BodyFailure>) -> Void) {
        if let length, length > limit { return take(.failure(.tooLarge(limit: limit))) }
        let collected = Collected()
        @Sendable func next() {
            read { piece in
                switch piece {
                case .bytes(let piece):
                    guard collected.append(piece, limit) else { return take(.failure(.tooLarge(limit: limit))) }
                    next()
                case .end: take(.success(collected.bytes))
                case .failed(let reason): take(.failure(reason))
                }
            }
        }
        next()
    }
}

/// The bytes of a body so far.
///
/// `@unchecked Sendable`: touched only where pieces are taken, which is on the transport's queue.
private final class Collected: @unchecked Sendable {
    var bytes: [UInt8] = []

    func append(_ piece: [UInt8], _ limit: Int) -> Bool {
        guard piece.count <= limit - bytes.count else { return false }
        // The first piece is most often the only one.
        if bytes.isEmpty { bytes = piece } else { bytes += piece }
        return true
    }
}
