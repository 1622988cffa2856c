/// Bytes that wait to be sent. Small pieces gather in one buffer that is kept; large ones are taken as they are.
struct OutputQueue {
    private var large: [[UInt8]] = []
    private var offset = 0
    private(set) var count = 0
    /// Bytes that were ever done with.
    private(set) var taken = 0
    private var tail: [UInt8] = []

    private static let copied = 16 * 1024

    var isEmpty: Bool { count == 0 }

    mutating func append(_ piece: [UInt8]) {
        guard piece.count > Self.copied else {
            tail.append(contentsOf: piece)
            count += piece.count
            return
        }
        retireTail()
        large.append(piece)
        count += piece.count
    }

    /// Lets `write` add to the gathering buffer.
    mutating func append(_ write: (inout [UInt8]) -> Void) {
        let before = tail.count
        write(&tail)
        count += tail.count - before
        if tail.count > Self.copied { retireTail() }
    }

    /// Gives the next bytes in order to `take`, which says how many of them are done with.
    mutating func withNext(_ take: (UnsafeRawBufferPointer) -> Int) {
        let isTail = large.isEmpty
        let done = (isTail ? tail : large[0]).withUnsafeBytes { take(UnsafeRawBufferPointer(rebasing: $0[offset...])) }
        offset += done
        count -= done
        taken += done
        guard offset == (isTail ? tail : large[0]).count else { return }
        offset = 0
        if isTail { tail.removeAll(keepingCapacity: true) } else { large.removeFirst() }
    }

    private mutating func retireTail() {
        guard !tail.isEmpty else { return }
        // Where part of the tail is sent already, the offset goes with it: it is then the first of the large ones.
        large.append(tail)
        tail = []
    }
}
