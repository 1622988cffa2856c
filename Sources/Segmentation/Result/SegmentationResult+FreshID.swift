import Synchronization

extension SegmentationResult {
    private static let next = Atomic(UInt64.random(in: 0...UInt64.max))

    /// `req_` and 16 hexadecimal digits, like no other of this process and hardly like one of another.
    ///
    /// A counter that begins anywhere, mixed as SplitMix64 does, which maps no two numbers to one: a service names each
    /// request, and the system's random numbers cost a call of the kernel.
    public static func freshID() -> String {
        var bits = next.wrappingAdd(0x9E37_79B9_7F4A_7C15, ordering: .relaxed).newValue
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        bits ^= bits >> 31
        return String(unsafeUninitializedCapacity: 20) { text in
            _ = text.update(fromContentsOf: "req_".utf8)
            for index in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: bits >> UInt64(60 - 4 * index) & 15)
                text[4 + index] = digit < 10 ? 0x30 + digit : 0x57 + digit
            }
            return 20
        }
    }
}
