/// W3C Trace Context's `traceparent`: `00-<trace id>-<parent id>-<flags>`.
struct TraceParent {
    let trace: String
    private let flags: String

    /// Nil for what the specification says to ignore: a wrong form, or an id of zeros only.
    init?(_ value: String) {
        let parts = value.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == "00", Self.isID(parts[1], 32), Self.isID(parts[2], 16),
            Self.isHexadecimal(parts[3], 2)
        else { return nil }
        trace = parts[1]
        flags = parts[3]
    }

    /// The same trace, with a parent id of our own.
    func continued() -> String {
        let digits = String(UInt64.random(in: 1...UInt64.max), radix: 16)
        return "00-\(trace)-\(String(repeating: "0", count: 16 - digits.count))\(digits)-\(flags)"
    }

    private static func isID(_ text: String, _ count: Int) -> Bool {
        isHexadecimal(text, count) && text.contains { $0 != "0" }
    }

    private static func isHexadecimal(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
