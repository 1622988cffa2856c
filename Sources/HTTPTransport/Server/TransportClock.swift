import Glibc

/// A point in time in seconds since some fixed point that does not matter.
public typealias Instant = Double

/// Where deadlines get the time from; it never goes back.
public struct TransportClock: Sendable {
    public let now: @Sendable () -> Instant

    /// - Parameter now: seconds since some fixed point.
    public init(now: @escaping @Sendable () -> Instant) {
        self.now = now
    }

    /// The machine's monotonic clock.
    public static let monotonic = TransportClock {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// RFC 9110 §5.6.7, `IMF-fixdate`.
enum HTTPDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    static func format(_ seconds: time_t) -> String {
        var seconds = seconds
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)])"
        let time = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        return "\(day) \(1900 + parts.tm_year) \(time) GMT"
    }
}
