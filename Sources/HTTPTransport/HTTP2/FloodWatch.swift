/// Counts what costs a server work without asking anything of it: each kind has a store that fills at a steady rate, and
/// a client that empties one is flooding.
struct FloodWatch {
    enum Kind: Int, CaseIterable {
        /// Streams that the client opened and gave up (CVE-2023-44487), or that it made the server reset
        /// (CVE-2025-8671).
        case reset
        /// SETTINGS, PING and PRIORITY, which cost an answer or nothing, and frames of unknown kinds.
        case control
        /// DATA without a byte, padding aside, that does not end its stream (CVE-2019-9518).
        case emptyData
        /// Beyond the two that each DATA frame of ours may cause.
        case windowUpdate

        var burst: Double { 200 }
        /// A second.
        var refill: Double { 20 }
    }

    /// A header block of the allowed size fits two frames.
    static let continuations = 8

    private var stores = Kind.allCases.map(\.burst)
    private var filled: Instant
    private var continuations = 0

    init(now: Instant) {
        filled = now
    }

    /// Takes one from the store; false where it is empty.
    mutating func allows(_ kind: Kind, now: Instant) -> Bool {
        let elapsed = now - filled
        filled = now
        for kind in Kind.allCases {
            stores[kind.rawValue] = min(kind.burst, stores[kind.rawValue] + elapsed * kind.refill)
        }
        guard stores[kind.rawValue] >= 1 else { return false }
        stores[kind.rawValue] -= 1
        return true
    }

    /// Gives back what a DATA frame of ours allows: an update of its stream and one of the connection.
    mutating func refund(_ kind: Kind) {
        stores[kind.rawValue] = min(kind.burst, stores[kind.rawValue] + 2)
    }

    /// Counts a CONTINUATION of the header block at hand; false past the limit (CVE-2024-27316).
    mutating func allowsContinuation() -> Bool {
        continuations += 1
        return continuations <= Self.continuations
    }

    mutating func beginHeaderBlock() { continuations = 0 }
}
