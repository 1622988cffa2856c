import Synchronization

/// What a server has seen since it started, readable from any thread.
public final class TransportCounters: Sendable {
    public struct Snapshot: Sendable, Equatable {
        public var openConnections = 0
        public var acceptedConnections = 0
        /// Closed after accept, unanswered: past a limit.
        public var refusedConnections = 0
        public var requests = 0
        /// Requests that the transport itself refused.
        public var faults = 0
        /// Requests given up because the client left.
        public var cancelled = 0
        /// Connections closed because the client was too slow.
        public var timeouts = 0
        /// HTTP/2 connections ended for a flood.
        public var floods = 0
        public var bytesRead = 0
        public var bytesWritten = 0
    }

    let openConnections = Atomic(0)
    let acceptedConnections = Atomic(0)
    let refusedConnections = Atomic(0)
    let requests = Atomic(0)
    let faults = Atomic(0)
    let cancelled = Atomic(0)
    let timeouts = Atomic(0)
    let floods = Atomic(0)
    let bytesRead = Atomic(0)
    let bytesWritten = Atomic(0)

    public init() {}

    public var snapshot: Snapshot {
        Snapshot(
            openConnections: openConnections.load(ordering: .relaxed),
            acceptedConnections: acceptedConnections.load(ordering: .relaxed),
            refusedConnections: refusedConnections.load(ordering: .relaxed),
            requests: requests.load(ordering: .relaxed), faults: faults.load(ordering: .relaxed),
            cancelled: cancelled.load(ordering: .relaxed), timeouts: timeouts.load(ordering: .relaxed),
            floods: floods.load(ordering: .relaxed), bytesRead: bytesRead.load(ordering: .relaxed),
            bytesWritten: bytesWritten.load(ordering: .relaxed))
    }
}

extension Atomic where Value == Int {
    borrowing func count(_ amount: Int = 1) { wrappingAdd(amount, ordering: .relaxed) }
}
