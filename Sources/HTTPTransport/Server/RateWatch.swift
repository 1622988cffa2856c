/// Watches that something moves at a minimum rate while it is meant to.
struct RateWatch {
    private var windowEnd: Instant?
    private var countAtStart = 0

    /// - Parameters:
    ///   - isMoving: whether anything is expected to move now; a pause begins a new window.
    ///   - count: how much has moved ever.
    /// - Returns: true when a whole window has passed and too little has moved in it.
    mutating func isTooSlow(_ isMoving: Bool, _ count: Int, now: Instant, _ limits: TransportLimits) -> Bool {
        guard isMoving else {
            windowEnd = nil
            return false
        }
        guard let end = windowEnd else {
            begin(count, now, limits)
            return false
        }
        guard now >= end else { return false }
        let elapsed = now - end + limits.rateTime
        let isTooSlow = Double(count - countAtStart) < limits.minimumRate * elapsed
        begin(count, now, limits)
        return isTooSlow
    }

    private mutating func begin(_ count: Int, _ now: Instant, _ limits: TransportLimits) {
        windowEnd = now + limits.rateTime
        countAtStart = count
    }
}
