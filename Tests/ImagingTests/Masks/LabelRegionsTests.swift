import TestSupport
import Testing

@testable import Imaging

@Suite("Regions of label maps")
struct LabelRegionsTests {
    /// Patches of 5 labels, so that parts of one label meet at corners and lie inside each other.
    private func map(_ index: Int) -> LabelMap {
        var random = SplitMix64(seed: 4_400 + UInt64(index))
        let (width, height) = (1 + random.below(60), 1 + random.below(60))
        var map = LabelMap(width: width, height: height, labels: [UInt16](repeating: 0, count: width * height))
        for _ in 0..<random.below(40) {
            let (left, top, label) = (random.below(width), random.below(height), UInt16(random.below(5)))
            let (right, bottom) = (min(width, left + 1 + random.below(20)), min(height, top + 1 + random.below(20)))
            for y in top..<bottom { for x in left..<right { map.labels[y * width + x] = label } }
        }
        return map
    }

    @Test("Connected parts are those that a flood fill finds, by label, area and first pixel: 400 random maps")
    func connected() {
        for index in 0..<400 {
            let map = map(index)
            let (regions, flood) = (LabelRegions(map, connected: true), FloodFill(map))
            let found = flood.areas.indices.map { part in
                (map.labels[flood.parts.firstIndex(of: part) ?? 0], flood.areas[part], part)
            }.sorted { ($0.0, -$0.1, $0.2) < ($1.0, -$1.1, $1.2) }
            #expect(regions.regions.map(\.label) == found.map(\.0), "map \(index)")
            #expect(regions.regions.map(\.area) == found.map(\.1), "map \(index)")
            for (encoding, part) in zip(regions.runLengths(), found) {
                let mask = BinaryMask(width: map.width, height: map.height, bits: flood.parts.map { $0 == part.2 })
                #expect(encoding == RunLengthEncoding(mask), "map \(index)")
            }
        }
    }

    @Test("Unless parts are asked for, each label with pixels is one region, with its own run lengths")
    func whole() {
        for index in 0..<400 {
            let map = map(index)
            let regions = LabelRegions(map, connected: false)
            let labels = Set(map.labels).subtracting([0]).sorted()
            #expect(regions.regions.map(\.label) == labels, "map \(index)")
            #expect(regions.runLengths() == labels.map { RunLengthEncoding(map.mask(of: $0)) }, "map \(index)")
        }
    }

    @Test("The runs of all rows cover the labelled pixels, each by the region that has it")
    func rows() {
        for index in 0..<100 {
            let map = map(index)
            let regions = LabelRegions(map, connected: true)
            let masks = regions.runLengths().map { $0.mask() }
            var covered = [Bool](repeating: false, count: map.labels.count)
            for y in 0..<map.height {
                regions.forEachRun(ofRow: y) { columns, region in
                    for x in columns {
                        #expect(masks[region][x, y] && !covered[y * map.width + x], "map \(index)")
                        covered[y * map.width + x] = true
                    }
                }
            }
            #expect(covered == map.labels.map { $0 > 0 }, "map \(index)")
        }
    }
}
