/// Steele et al., *Fast Splittable Pseudorandom Number Generators*, 2014; the same numbers as the golden script's.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// From 0 to 1, 53 bits.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// From −1 to 1.
    mutating func signed() -> Double { 2 * unit() - 1 }
}
