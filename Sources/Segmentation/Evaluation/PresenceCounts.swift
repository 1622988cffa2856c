/// How often `present` is right, over all names asked of all pictures.
struct PresenceCounts: Sendable, Equatable {
    private(set) var presentAsked = 0
    private(set) var presentFound = 0
    private(set) var absentAsked = 0
    private(set) var absentFound = 0

    mutating func add(isThere: Bool, found: Bool) {
        if isThere {
            presentAsked += 1
            presentFound += found ? 1 : 0
        } else {
            absentAsked += 1
            absentFound += found ? 1 : 0
        }
    }

    /// The share of names that are in the picture and are called present.
    var sensitivity: Double? { presentAsked == 0 ? nil : Double(presentFound) / Double(presentAsked) }

    /// The share of names that are not in the picture and are called present all the same.
    var absentCalledPresent: Double? { absentAsked == 0 ? nil : Double(absentFound) / Double(absentAsked) }

    /// The mean of the shares of present and of absent names that are called what they are.
    var balancedAccuracy: Double? {
        guard let sensitivity, let absentCalledPresent else { return nil }
        return (sensitivity + 1 - absentCalledPresent) / 2
    }
}
