/// A sum of probabilities in whole units of 2⁻³², each rounded down, so that it does not depend on the order in which they are added.
struct ProbabilitySum: Sendable, Equatable {
    private var units = 0

    var value: Double { Double(units) * 0x1p-32 }

    static func += (sum: inout ProbabilitySum, probability: Float) {
        // The order of the arguments makes 0 of what is not a number.
        sum.units += Int(max(0, probability) * 0x1p32)
    }

    static func += (sum: inout ProbabilitySum, other: ProbabilitySum) { sum.units += other.units }
}
