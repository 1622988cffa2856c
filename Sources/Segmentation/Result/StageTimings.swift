/// What each stage of one request took, in milliseconds.
public struct StageTimings: Sendable, Equatable {
    /// Waiting for a worker; the caller's to fill in.
    public var queue = 0.0
    /// From bytes to pixels; the caller's to fill in.
    public var decode = 0.0
    public var text = 0.0
    public var encode = 0.0
    public var spectral = 0.0
    public var fusion = 0.0

    public init() {}

    public var total: Double { queue + decode + text + encode + spectral + fusion }

    static func + (a: StageTimings, b: StageTimings) -> StageTimings {
        var sum = a
        for stage in [\StageTimings.queue, \.decode, \.text, \.encode, \.spectral, \.fusion] {
            sum[keyPath: stage] += b[keyPath: stage]
        }
        return sum
    }

    /// Runs `body` and adds what it took to `stage`.
    public mutating func measure<R>(_ stage: WritableKeyPath<StageTimings, Double>, _ body: () throws -> R) rethrows
        -> R
    {
        let start = ContinuousClock.now
        defer { self[keyPath: stage] += (ContinuousClock.now - start) / .milliseconds(1) }
        return try body()
    }
}
