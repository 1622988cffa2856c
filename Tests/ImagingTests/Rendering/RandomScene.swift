import TestSupport

@testable import Imaging

/// A picture of noise under a label map of overlapping rectangles.
struct RandomScene {
    let picture: DecodedImage
    let map: LabelMap

    init(seed: UInt64, width: Int, height: Int, classes: Int, rectangles: Int = 12) {
        var random = SplitMix64(seed: seed)
        let noise = (0..<3 * width * height).map { _ in UInt8(random.below(256)) }
        picture = DecodedImage(width: width, height: height, pixels: noise)
        var labels = [UInt16](repeating: 0, count: width * height)
        for _ in 0..<rectangles {
            let (left, top) = (random.below(width), random.below(height))
            let (right, bottom) = (left + 1 + random.below(width - left), top + 1 + random.below(height - top))
            let label = UInt16(random.below(classes + 1))
            for y in top..<bottom {
                for x in left..<right { labels[y * width + x] = label }
            }
        }
        map = LabelMap(width: width, height: height, labels: labels)
    }

    /// Whether a pixel's square window, as far as it lies in the map, holds one label alone.
    func isInside(_ x: Int, _ y: Int, radius: Int) -> Bool {
        let label = map.labels[y * map.width + x]
        return (max(0, y - radius)...min(map.height - 1, y + radius)).allSatisfy { row in
            (max(0, x - radius)...min(map.width - 1, x + radius)).allSatisfy { column in
                map.labels[row * map.width + column] == label
            }
        }
    }
}
