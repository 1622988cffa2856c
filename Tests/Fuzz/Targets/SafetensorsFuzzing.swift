@testable import Tensors

/// In a header that is accepted the tensors tile the data, and each has as many bytes as its shape and type need.
///
/// The bytes are taken as a file; and as the text of a header, to which its length and eight bytes of data are put.
func fuzzSafetensors(_ bytes: [UInt8]) {
    check(bytes)
    let length = UInt64(bytes.count)
    check((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + bytes + [UInt8](repeating: 1, count: 8))
}

private func check(_ file: [UInt8]) {
    do {
        let header = try file.withUnsafeBytes { try SafetensorsHeader($0, path: "fuzzed", admitsOtherTypes: false) }
        demand((8...file.count).contains(header.dataStart))
        var end = 0
        for entry in header.entries.sorted(by: { ($0.range.lowerBound, $0.count) < ($1.range.lowerBound, $1.count) }) {
            demand(entry.range.lowerBound == end, "a hole or an overlap before \(entry.name)")
            demand(entry.shape.reduce(entry.type.size, *) == entry.range.count)
            end = entry.range.upperBound
        }
        demand(header.dataStart + end == file.count, "the data are not covered")
    } catch {
        demand(error is SafetensorsError)
        expectOneLine(error)
    }
}
