import TestSupport

extension SplitMix64 {
    /// From 0 to 1, 53 bits.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// From −1 to 1.
    mutating func signed() -> Double { 2 * unit() - 1 }
}
