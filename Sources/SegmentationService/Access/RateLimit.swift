import HTTPTransport
import Synchronization

/// How often one client may ask.
public struct RateLimit: Sendable, Equatable {
    /// Requests a second in the long run.
    public let perSecond: Double
    /// Requests that may come at once after a pause.
    public let burst: Int

    public init(perSecond: Double, burst: Int) {
        precondition(perSecond > 0 && burst > 0, "a rate lets something through")
        self.perSecond = perSecond
        self.burst = burst
    }
}

/// A token bucket for each client, of those that asked last.
final class RateTable: Sendable {
    /// Whom a bucket is for: who has a token is known by it wherever the request comes from.
    enum Key: Hashable, Sendable {
        case owner(String)
        case network(PeerAddress)

        init(_ client: Client) {
            self = client.owner.map { .owner($0) } ?? .network(client.address.network)
        }
    }

    private struct Bucket {
        var requests: Double
        var time: Instant
    }

    /// Two generations: when the young one is full it becomes the old one, and what nobody asked for since goes.
    private struct State {
        var young: [Key: Bucket] = [:]
        var old: [Key: Bucket] = [:]
    }

    let limit: RateLimit
    private let capacity: Int
    private let clock: @Sendable () -> Instant
    private let state = Mutex(State())

    /// - Parameter capacity: clients that are remembered at most.
    init(_ limit: RateLimit, capacity: Int = 16_384, clock: @escaping @Sendable () -> Instant) {
        self.limit = limit
        self.capacity = capacity
        self.clock = clock
    }

    /// How many clients are remembered.
    var count: Int { state.withLock { $0.young.count + $0.old.count } }

    /// Takes one request from the client's bucket. Nil where there is one, else the seconds until there is.
    func take(_ key: Key) -> Int? {
        let now = clock()
        let full = Double(limit.burst)
        return state.withLock { state in
            var bucket = state.young[key] ?? state.old.removeValue(forKey: key) ?? Bucket(requests: full, time: now)
            bucket.requests = min(full, bucket.requests + (now - bucket.time) * limit.perSecond)
            bucket.time = now
            let lacking = 1 - bucket.requests
            if lacking <= 0 { bucket.requests -= 1 }
            if state.young[key] == nil, state.young.count >= capacity / 2 {
                state.old = state.young
                state.young = [:]
            }
            state.young[key] = bucket
            return lacking <= 0 ? nil : max(1, Int((lacking / limit.perSecond).rounded(.up)))
        }
    }
}
