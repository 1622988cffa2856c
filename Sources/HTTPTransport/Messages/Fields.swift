import Glibc

/// The field lines of a message, in the order they came.
///
/// Names are kept in lower case: RFC 9110 §5.1 compares them without case, RFC 9113 §8.2 sends them so. All bytes stand
/// in one buffer, so that a block of fields costs two allocations whatever its length.
public struct Fields: Sendable, Equatable {
    /// One line: its name stands at `start`, its value right after.
    struct Line: Sendable, Equatable {
        var start: Int32
        var nameLength: Int32
        var valueLength: Int32
    }

    private(set) var bytes: [UInt8] = []
    private(set) var lines: [Line] = []

    public init() {}

    public var count: Int { lines.count }
    public var isEmpty: Bool { lines.isEmpty }

    /// Adds a line after the others. Control characters in `value` become spaces (RFC 9110 §5.5), so that no value can
    /// forge a line.
    public mutating func append(_ name: String, _ value: String) {
        begin(nameLength: name.utf8.count)
        let start = bytes.count
        bytes.append(contentsOf: name.utf8)
        let end = bytes.count
        bytes.append(contentsOf: value.utf8)
        // In place, because bytes that are appended one by one are looked at for room one by one.
        var isToken = start < end
        bytes.withUnsafeMutableBufferPointer { bytes in
            for index in start..<end {
                isToken = isToken && bytes[index].isTokenCharacter
                bytes[index] = bytes[index].lowercased
            }
            for index in end..<bytes.count where !bytes[index].isFieldValueCharacter {
                bytes[index] = UInt8(ascii: " ")
            }
        }
        precondition(isToken, "a field name is a token")
        endLine()
    }

    /// Replaces all lines of that name by one.
    public mutating func set(_ name: String, _ value: String) {
        if contains(name) { remove(name) }
        append(name, value)
    }

    /// Removes all lines of that name.
    public mutating func remove(_ name: String) {
        let others = lines.filter { !isNamed($0, name) }
        lines = others
    }

    /// The value of the first line of that name.
    public subscript(name: String) -> String? {
        lines.first { isNamed($0, name) }.map(value)
    }

    /// The values of all lines of that name, in order.
    public func values(of name: String) -> [String] {
        lines.filter { isNamed($0, name) }.map(value)
    }

    public func contains(_ name: String) -> Bool {
        lines.contains { isNamed($0, name) }
    }

    /// All lines, in order.
    public var pairs: [(name: String, value: String)] {
        lines.map { line in
            let start = Int(line.start)
            let name = String(decoding: bytes[start..<start + Int(line.nameLength)], as: UTF8.self)
            return (name, value(line))
        }
    }
}

extension Fields {
    /// Makes room for a typical block, so that it is not grown line by line.
    public mutating func reserve() {
        bytes.reserveCapacity(512)
        lines.reserveCapacity(16)
    }

    private mutating func begin(nameLength: Int) {
        lines.append(Line(start: Int32(bytes.count), nameLength: Int32(nameLength), valueLength: 0))
    }

    private mutating func endLine() {
        let last = lines.count - 1
        lines[last].valueLength = Int32(bytes.count) - lines[last].start - lines[last].nameLength
    }

    /// Adds a line as a peer sent it, the name already checked to be a token and the value to be one of RFC 9110 §5.5.
    mutating func append(checkedName name: Span<UInt8>, value: Span<UInt8>) {
        begin(nameLength: name.count)
        for index in name.indices { bytes.append(name[index].lowercased) }
        value.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        endLine()
    }

    func isNamed(_ line: Line, _ name: String) -> Bool {
        guard Int(line.nameLength) == name.utf8.count else { return false }
        var index = Int(line.start)
        for byte in name.utf8 {
            guard bytes[index] == byte.lowercased else { return false }
            index += 1
        }
        return true
    }

    func valueBytes(_ line: Line) -> ArraySlice<UInt8> {
        let start = Int(line.start + line.nameLength)
        return bytes[start..<start + Int(line.valueLength)]
    }

    private func value(_ line: Line) -> String {
        String(decoding: valueBytes(line), as: UTF8.self)
    }

    public static func == (left: Fields, right: Fields) -> Bool {
        left.count == right.count
            && zip(left.pairs, right.pairs).allSatisfy { $0.name == $1.name && $0.value == $1.value }
    }
}
