/// Writes the runs of one mask as COCO's characters, as they come.
///
/// A count (from the fourth on: its difference to the count two before) is written 5 bits a character, lowest first,
/// with a continuation bit and an offset of 48; the last character's top bit is the sign.
struct RunLengthWriter {
    private(set) var code: [UInt8] = []
    private(set) var area = 0
    /// The last run of ones; the next one may still lengthen it.
    private var open = 0..<0
    /// Where the runs already written end.
    private var written = 0
    private var number = 0
    private var last = 0
    private var beforeLast = 0

    /// Appends a run of ones, given as column-major positions, not before the end of the last.
    mutating func add(_ run: Range<Int>) {
        area += run.count
        if run.lowerBound == open.upperBound && !open.isEmpty {
            open = open.lowerBound..<run.upperBound
        } else {
            close()
            open = run
        }
    }

    /// Writes what is open and the zeros that fill the mask to `total` pixels.
    mutating func finish(total: Int) {
        close()
        if written < total || number == 0 { write(total - written) }
    }

    private mutating func close() {
        guard !open.isEmpty else { return }
        write(open.lowerBound - written)
        write(open.count)
        written = open.upperBound
    }

    private mutating func write(_ count: Int) {
        var rest = number > 2 ? count - beforeLast : count
        var more = true
        while more {
            let bits = UInt8(truncatingIfNeeded: rest & 0x1f)
            rest >>= 5
            more = bits & 0x10 != 0 ? rest != -1 : rest != 0
            code.append((more ? bits | 0x20 : bits) + 48)
        }
        (beforeLast, last) = (last, count)
        number += 1
    }
}
