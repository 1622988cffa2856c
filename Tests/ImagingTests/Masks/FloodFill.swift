@testable import Imaging

/// The parts of a picture whose pixels of one label are connected by their sides, as a textbook finds them.
struct FloodFill {
    /// The part of each pixel, row-major, numbered in reading order of first pixels; −1 where the label is 0.
    let parts: [Int]
    /// Pixels of each part.
    let areas: [Int]

    init(_ map: LabelMap) {
        var parts = [Int](repeating: -1, count: map.labels.count)
        var areas: [Int] = []
        for first in parts.indices where parts[first] < 0 && map.labels[first] > 0 {
            parts[first] = areas.count
            areas.append(0)
            var open = [first]
            while let pixel = open.popLast() {
                areas[parts[first]] += 1
                let (y, x) = pixel.quotientAndRemainder(dividingBy: map.width)
                for (x, y) in [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
                where (0..<map.width).contains(x) && (0..<map.height).contains(y) {
                    let next = y * map.width + x
                    guard parts[next] < 0, map.labels[next] == map.labels[first] else { continue }
                    parts[next] = parts[first]
                    open.append(next)
                }
            }
        }
        (self.parts, self.areas) = (parts, areas)
    }
}

extension BinaryMask {
    /// Every pixel inside has the label 1.
    var labelMap: LabelMap { LabelMap(width: width, height: height, labels: bits.map { $0 ? 1 : 0 }) }
}
