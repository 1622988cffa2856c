import TestSupport
import Testing

@testable import Imaging

@Suite("Label maps")
struct LabelMapTests {
    @Test("pixel counts are those of the labels' masks; labels beyond the classes asked for are not counted")
    func pixelCounts() {
        for index in 0..<200 {
            let map = randomLabelMap(index)
            let counts = map.pixelCounts(classes: 6)
            #expect(counts == (0...6).map { map.mask(of: $0).area }, "map \(index)")
            #expect(map.pixelCounts(classes: 7).reduce(0, +) == map.labels.count, "map \(index)")
        }
    }

    private func randomLabelMap(_ index: Int) -> LabelMap {
        var random = SplitMix64(seed: 77_000 + UInt64(index))
        let (width, height) = (1 + random.below(90), 1 + random.below(90))
        var label = UInt16(random.below(8))
        let labels = (0..<width * height).map { _ in
            if random.below(10) == 0 { label = UInt16(random.below(8)) }
            return label
        }
        return LabelMap(width: width, height: height, labels: labels)
    }
}
