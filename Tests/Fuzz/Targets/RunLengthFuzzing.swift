@testable import Imaging

/// A run-length string that is accepted stands for one mask and comes back from it; so does any mask. Boxes and outlines
/// agree with the pixels.
///
/// The first two bytes are the size, up to 40 a side; the rest is a string, then the bits of a mask.
func fuzzRunLengths(_ bytes: [UInt8]) {
    guard bytes.count > 2 else { return }
    let (height, width) = (1 + Int(bytes[0] % 40), 1 + Int(bytes[1] % 40))
    let rest = bytes.dropFirst(2)
    let text = String(decoding: rest, as: UTF8.self)
    do {
        let encoding = try RunLengthEncoding(compressed: text, height: height, width: width)
        expectConsistent(encoding, encoding.mask())
    } catch {
        demand(error is ImagingFailure)
        expectOneLine(error)
    }
    let bits = (0..<width * height).map { place in
        rest[rest.startIndex + place / 8 % rest.count] >> (place % 8) & 1 == 1
    }
    let mask = BinaryMask(width: width, height: height, bits: bits)
    expectConsistent(RunLengthEncoding(mask), mask)
}

private func expectConsistent(_ encoding: RunLengthEncoding, _ mask: BinaryMask) {
    let (height, width) = (mask.height, mask.width)
    demand(encoding.mask() == mask && RunLengthEncoding(mask) == encoding)
    demand((try? RunLengthEncoding(compressed: encoding.compressed, height: height, width: width)) == encoding)
    demand((try? RunLengthEncoding(counts: encoding.counts, height: height, width: width)) == encoding)
    demand(encoding.counts.reduce(0) { $0 + Int($1) } == width * height && encoding.area == mask.area)
    let inside = mask.bits.indices.filter { mask.bits[$0] }
    let (columns, rows) = (inside.map { $0 % width }, inside.map { $0 / width })
    let box = encoding.bbox
    demand(box.x == columns.min() ?? 0 && box.y == rows.min() ?? 0)
    demand(box.x + box.width == (columns.max() ?? -1) + 1 && box.y + box.height == (rows.max() ?? -1) + 1)
    let outline = MaskOutline(encoding)
    demand(outline.polygons.flatMap { [$0.exterior] + $0.holes }.reduce(0) { $0 + doubleArea($1) } == 2 * mask.area)
    let parts = LabelRegions(
        LabelMap(width: width, height: height, labels: mask.bits.map { $0 ? 1 : 0 }), connected: true)
    demand(outline.polygons.count == parts.regions.count)
    demand(parts.runLengths().map(\.area) == parts.regions.map(\.area))
}

private func doubleArea(_ ring: [MaskOutline.Corner]) -> Int {
    zip(ring, ring.dropFirst()).reduce(0) { $0 + $1.0.x * $1.1.y - $1.1.x * $1.0.y }
}
