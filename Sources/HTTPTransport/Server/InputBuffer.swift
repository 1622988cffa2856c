/// Bytes that came and were not consumed yet. Holds no memory worth naming while it is empty.
struct InputBuffer {
    private(set) var bytes: [UInt8] = []
    private(set) var start = 0

    var count: Int { bytes.count - start }

    /// What `parser` reads next; `consumed` of the bytes are then done with.
    func next(_ parser: inout RequestParser, consumed: inout Int) throws(TransportFault) -> RequestParser.Event? {
        try parser.next(bytes.span.extracting(droppingFirst: start), consumed: &consumed)
    }

    func withUnread<Result>(_ read: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { read(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    }

    mutating func append(_ new: UnsafeRawBufferPointer) {
        if start > 0, start >= bytes.count / 2 {
            bytes.removeSubrange(0..<start)
            start = 0
        }
        bytes.append(contentsOf: new)
    }

    mutating func consume(_ amount: Int) {
        start += amount
        guard start == bytes.count else { return }
        bytes.removeAll(keepingCapacity: bytes.capacity <= 16 * 1024)
        start = 0
    }
}
