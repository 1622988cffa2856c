import Foundation

/// When to try again, and when to give up.
struct RetryPlan {
    /// How often in a row without progress.
    static let attempts = 5
    /// Seconds; who asks for more is not waited for.
    static let longestWait = 120.0
    /// Bytes between two failures that count as progress.
    static let progress = 1 << 20

    private var failures = 0
    private var reached = 0

    /// - Parameters:
    ///   - received: bytes of the file so far.
    ///   - asked: what the server asks to wait, in seconds.
    /// - Returns: seconds to wait; nil to give up.
    mutating func delay(received: Int, asked: Double?) -> Double? {
        if received >= reached + Self.progress { failures = 0 }
        reached = max(reached, received)
        failures += 1
        guard failures < Self.attempts else { return nil }
        guard let asked else { return pow(2, Double(failures - 1)) }
        return asked <= Self.longestWait ? asked : nil
    }
}
