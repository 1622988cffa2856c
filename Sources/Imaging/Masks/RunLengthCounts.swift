/// The counts in a compressed run-length string; ends at the first fault.
struct RunLengthCounts: Sequence, IteratorProtocol {
    let code: [UInt8]
    private var position = 0
    private var number = 0
    private var last = 0
    private var beforeLast = 0

    /// A count of 32 bits and its sign take at most seven characters.
    private static let longest = 7

    init(code: [UInt8]) { self.code = code }

    /// What is wrong at the place where the counts ended, if they ended before the string.
    private(set) var fault: String?

    mutating func next() -> Int? {
        guard fault == nil, position < code.count, let value = readNumber() else { return nil }
        let count = number > 2 ? value + beforeLast : value
        guard (0...Int(UInt32.max)).contains(count) else {
            fault = "run \(number) has the length \(count)"
            return nil
        }
        (beforeLast, last) = (last, count)
        number += 1
        return count
    }

    private mutating func readNumber() -> Int? {
        var value = 0
        for place in 0..<Self.longest {
            guard position < code.count else {
                fault = "it ends within run \(number)"
                return nil
            }
            guard (48...111).contains(code[position]) else {
                fault = "byte \(position) (\(code[position])) is outside its alphabet"
                return nil
            }
            let bits = Int(code[position] - 48)
            position += 1
            value |= (bits & 0x1f) << (5 * place)
            if bits & 0x20 == 0 {
                return bits & 0x10 == 0 ? value : value | -1 << (5 * place + 5)
            }
        }
        fault = "run \(number) has more than \(Self.longest) characters"
        return nil
    }
}
