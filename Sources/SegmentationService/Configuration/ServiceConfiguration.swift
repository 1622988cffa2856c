import HTTPTransport

/// How a service is set up.
public struct ServiceConfiguration: Sendable {
    /// Jobs that are computed at the same time; `workers × threads` is at most the number of cores.
    public var workers = 1
    /// Threads that share each job.
    public var threads = 1
    public var limits = ServiceLimits()
    /// What `/v1/version` says.
    public var version = "0"
    /// Where a line goes that the operator should see; it never holds a class name.
    public var log: @Sendable (String) -> Void = { _ in }

    /// Seconds since some fixed point, never going back.
    public var clock: @Sendable () -> Double = TransportClock.monotonic.now

    public init() {}
}
