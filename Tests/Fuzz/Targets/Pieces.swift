import TestSupport

/// Demands that `read` makes the same of the bytes whole, byte by byte and in random pieces; returns what it makes.
func sameInPieces<Result: Equatable>(_ bytes: [UInt8], _ read: ([ArraySlice<UInt8>]) -> Result) -> Result {
    let whole = read([bytes[...]])
    demand(read(bytes.indices.map { bytes[$0...$0] }) == whole, "byte by byte it reads otherwise")
    var random = SplitMix64(seed: bytes.reduce(UInt64(bytes.count)) { $0 &* 31 &+ UInt64($1) })
    for longest in [3, 40, 400] {
        var (pieces, start): ([ArraySlice<UInt8>], Int) = ([], 0)
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 1...longest, using: &random))
            pieces.append(bytes[start..<end])
            start = end
        }
        demand(read(pieces) == whole, "in pieces of up to \(longest) bytes it reads otherwise")
    }
    return whole
}

/// Demands of an error's text what every message keeps: one line, not empty.
func expectOneLine(_ error: any Error) {
    let text = "\(error)"
    demand(!text.isEmpty && !text.unicodeScalars.contains("\n"), "the message is not one line: \(text)")
}
