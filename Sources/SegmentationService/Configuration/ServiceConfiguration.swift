public import HTTPTransport
import Tensors

/// How a service is set up.
public struct ServiceConfiguration: Sendable {
    /// Jobs that are computed at the same time; `workers × threads` is at most the number of cores.
    public var workers = 1
    /// Threads that share each job.
    public var threads = 1
    public var limits = ServiceLimits()
    /// Which models are loaded and checked before the service is ready; the others are at the first request for them.
    public var warm = Warming.all
    /// What `/v1/version` says.
    public var version = "0"
    /// Where a line goes that the operator should see; it never holds a class name.
    public var log: @Sendable (String) -> Void = { _ in }

    /// Who may ask; nil where everybody may.
    public var tokens: AccessTokens?
    /// Whose pages may read answers.
    public var allowedOrigins = AllowedOrigins.none
    /// How often each client may ask, told apart by its token, else by its address; nil where that is not limited.
    public var rate: RateLimit?
    /// Networks of proxies whose `X-Forwarded-For` names the client, `unix` for those over a Unix socket; they may open
    /// as many connections as they like.
    public var trustedProxies: [AddressRange] = []
    /// Where a line of JSON goes for each request, written on a queue of its own; nil for no access log.
    public var accessLog: (@Sendable (String) -> Void)?

    /// Seconds since some fixed point, never going back.
    public var clock: @Sendable () -> Double = TransportClock.monotonic.now

    public init() {}

    public enum Warming: String, Sendable, CaseIterable {
        case all, first
    }
}

extension ServiceConfiguration {
    /// Every limit that an error may quote; a rate of 0 is none.
    ///
    /// - Parameter memory: what the service stays under, in bytes; 0 before it is ready.
    func limitsJSON(memory: Int) -> JSONValue {
        let others: [JSONValue.Member] = [
            .init("rate_per_second", .number(rate?.perSecond ?? 0)), .init("rate_burst", JSONValue(rate?.burst ?? 0)),
            .init("memory_bytes", JSONValue(memory)),
        ]
        return .object((limits.json.members ?? []) + others)
    }
}
