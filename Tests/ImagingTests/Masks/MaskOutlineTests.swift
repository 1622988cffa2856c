import TestSupport
import Testing

@testable import Imaging

@Suite("Outlines of masks")
struct MaskOutlineTests {
    @Test("Filled by the even-odd rule, the rings of 1,200 random masks give the masks back; areas and parts agree")
    func random() {
        for index in 0..<1200 {
            let mask = randomMask(index)
            let outline = MaskOutline(RunLengthEncoding(mask))
            let rings = outline.polygons.flatMap { [$0.exterior] + $0.holes }
            #expect(filled(rings, like: mask) == mask, "mask \(index)")
            #expect(rings.reduce(0) { $0 + doubleArea($1) } == 2 * mask.area, "mask \(index)")
            #expect(outline.polygons.count == FloodFill(mask.labelMap).areas.count, "mask \(index)")
            for polygon in outline.polygons { expectValid(polygon, like: mask, "mask \(index)") }
        }
    }

    /// Exterior and holes have their directions, every ring is simple and has no needless corner, and what they enclose
    /// is one connected part.
    private func expectValid(_ polygon: MaskOutline.Polygon, like mask: BinaryMask, _ name: Comment) {
        #expect(doubleArea(polygon.exterior) > 0, name)
        #expect(polygon.holes.allSatisfy { doubleArea($0) < 0 }, name)
        let rings = [polygon.exterior] + polygon.holes
        for ring in rings {
            #expect(ring.first == ring.last && Set(ring).count == ring.count - 1, name)
            for (first, (second, third)) in zip(ring, zip(ring.dropFirst(), ring.dropFirst(2) + [ring[1]])) {
                #expect((first.x == second.x) != (first.y == second.y), name)
                #expect((first.x == second.x) == (second.y == third.y), name)
            }
        }
        let part = filled(rings, like: mask)
        #expect(FloodFill(part.labelMap).areas == [rings.reduce(0) { $0 + doubleArea($1) } / 2], name)
    }

    private func doubleArea(_ ring: [MaskOutline.Corner]) -> Int {
        zip(ring, ring.dropFirst()).reduce(0) { $0 + $1.0.x * $1.1.y - $1.1.x * $1.0.y }
    }

    /// A pixel is inside when a ray from its centre to the left crosses an odd number of sides.
    private func filled(_ rings: [[MaskOutline.Corner]], like mask: BinaryMask) -> BinaryMask {
        var crossed = BinaryMask(width: mask.width + 1, height: mask.height)
        for ring in rings {
            for (a, b) in zip(ring, ring.dropFirst()) where a.x == b.x {
                for y in min(a.y, b.y)..<max(a.y, b.y) { crossed[a.x, y].toggle() }
            }
        }
        var filled = BinaryMask(width: mask.width, height: mask.height)
        for y in 0..<mask.height {
            var inside = false
            for x in 0..<mask.width {
                if crossed[x, y] { inside.toggle() }
                filled[x, y] = inside
            }
        }
        return filled
    }

    private func outline(_ rows: [String]) -> [[[[Int]]]] {
        let mask = BinaryMask(width: rows[0].count, height: rows.count, bits: rows.joined().map { $0 == "1" })
        return MaskOutline(RunLengthEncoding(mask)).polygons.map { polygon in
            ([polygon.exterior] + polygon.holes).map { $0.map { [$0.x, $0.y] } }
        }
    }

    @Test("One pixel is a closed square, clockwise on the screen; nothing has no polygon")
    func pixel() {
        #expect(outline(["000", "010", "000"]) == [[[[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]]])
        #expect(outline(["0"]).isEmpty)
    }

    @Test("A hole is a ring of the other direction")
    func hole() {
        #expect(
            outline(["111", "101", "111"]) == [
                [[[0, 0], [3, 0], [3, 3], [0, 3], [0, 0]], [[1, 2], [2, 2], [2, 1], [1, 1], [1, 2]]]
            ])
    }

    @Test("Pixels of two parts that meet at a corner stay apart; of one part, what they enclose is a hole")
    func meetings() {
        #expect(
            outline(["10", "01"]) == [
                [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]], [[[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]],
            ])
        let ring = outline(["111", "101", "110"])
        #expect(ring.count == 1 && ring[0].count == 2)
        #expect(ring[0][1] == [[1, 2], [2, 2], [2, 1], [1, 1], [1, 2]])
        #expect(ring[0][0] == [[0, 0], [3, 0], [3, 2], [2, 2], [2, 3], [0, 3], [0, 0]])
    }
}
