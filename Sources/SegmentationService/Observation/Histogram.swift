/// How often durations were how long.
struct Histogram: Sendable, Equatable {
    /// Upper bounds in seconds; what is longer than the last is counted in the sum and the count alone.
    static let bounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

    /// Of each bound, without what lies below the one before.
    private(set) var counts = [Int](repeating: 0, count: bounds.count)
    private(set) var count = 0
    /// In seconds.
    private(set) var sum = 0.0

    mutating func add(_ seconds: Double) {
        if let index = Self.bounds.firstIndex(where: { seconds <= $0 }) { counts[index] += 1 }
        count += 1
        sum += seconds
    }
}
