/// Numbers that follow from a key and their place alone, so that any part of a sequence can be made apart, on any
/// thread and any machine, with the same bits.
///
/// SplitMix64 read at a counter: Steele et al. 2014, *Fast Splittable Pseudorandom Number Generators*.
struct RandomNumbers: Sendable {
    private let key: UInt64

    /// - Parameter name: distinguishes sequences of one seed.
    init(seed: UInt64, name: String) {
        // FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
        let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0100_0000_01B3 }
        key = Self.mixed(Self.mixed(seed &+ 0x9E37_79B9_7F4A_7C15) ^ hash)
    }

    /// Deviation of what ``bell(at:)`` gives, 65536/√3.
    static let bellDeviation: Float = 37837.227

    /// A whole number from −131070 to 131070 whose distribution is a bell: the sum of four even ones, which ends at 3.5
    /// deviations. Whole, so that sums are exact.
    @inline(__always)
    func bell(at index: Int) -> Int {
        let bits = Self.mixed(key &+ UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15)
        let pairs = (bits & 0x0000_FFFF_0000_FFFF) &+ (bits >> 16 & 0x0000_FFFF_0000_FFFF)
        return Int(truncatingIfNeeded: (pairs & 0xFFFF_FFFF) &+ pairs >> 32) - 131_070
    }

    @inline(__always)
    private static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
