import TestSupport
import Testing

@testable import Imaging

@Suite("Label maps")
struct LabelMapTests {
    @Test("one pass gives the run lengths of each class's own mask, and a partition")
    func runLengths() {
        for index in 0..<200 {
            let map = randomLabelMap(index)
            let all = map.runLengths(classes: 6)
            #expect(all.count == 6)
            for (place, encoding) in all.enumerated() {
                #expect(encoding == RunLengthEncoding(map.mask(of: UInt16(place + 1))), "map \(index)")
            }
            let counts = map.pixelCounts(classes: 7)
            #expect(all.map(\.area) == Array(counts[1...6]), "map \(index)")
            #expect(counts.reduce(0, +) == map.labels.count)
        }
    }

    @Test("labels beyond the classes asked for belong to none")
    func beyond() {
        let map = LabelMap(width: 2, height: 1, labels: [9, 1])
        #expect(map.runLengths(classes: 1).map(\.counts) == [[1, 1]])
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
