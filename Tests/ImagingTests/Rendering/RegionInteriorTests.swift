import TestSupport
import Testing

@testable import Imaging

@Suite("The inside of regions")
struct RegionInteriorTests {
    @Test("is where a square window holds one label alone", arguments: [1, 2, 3, 7, 40])
    func equalToWindows(radius: Int) {
        for seed in 300..<330 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let scene = RandomScene(
                seed: seed, width: 1 + random.below(40), height: 1 + random.below(40), classes: 3, rectangles: 5)
            var interior = RegionInterior(scene.map, radius: radius)
            for y in 0..<scene.map.height {
                interior.advance(to: y)
                let row = (0..<scene.map.width).map { interior.isInside($0) }
                let expected = (0..<scene.map.width).map { scene.isInside($0, y, radius: radius) }
                #expect(row == expected, "seed \(seed), row \(y)")
            }
        }
    }
}
