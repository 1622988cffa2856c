import Imaging
import Testing

@testable import Segmentation

/// Two pictures of 4×2 pixels, worked out by hand.
@Suite("Evaluation figures, by hand")
struct EvaluationTests {
    private let classes = ["car", "road", "sky"]

    private func truth(_ labels: [UInt8]) -> GroundTruth {
        GroundTruth(size: PictureSize(width: 4, height: 2), labels: labels)
    }

    private func regions(_ labels: [UInt16], asked: [String]) throws -> PredictedRegions {
        PredictedRegions(
            LabelMap(width: 4, height: 2, labels: labels),
            asked: try AskedNames(asked, classes: classes, synonyms: nil))
    }

    private func measured() throws -> RuleMeasurement {
        var measurement = RuleMeasurement(classes: 3)
        // car 2 true, 1 met, 1 too many; road 3 true, 2 met, 1 on rest; a wrong pixel is ignored.
        measurement.add(
            try regions([1, 1, 2, 0, 2, 2, 0, 1], asked: ["car", "road"]), truth([1, 2, 2, 0, 2, 0, 1, 255]))
        // Asked in another order, and a name outside the set ("zebra") takes the last pixel.
        measurement.add(
            try regions([1, 1, 0, 0, 2, 2, 2, 3], asked: ["road", "car", "zebra"]), truth([2, 2, 0, 0, 1, 1, 1, 0]))
        return measurement
    }

    @Test("mIoU, seen, unseen and their harmonic mean, over classes that occur; ignored pixels count nowhere")
    func means() throws {
        let figures = try measured().figures(classes, unseen: [true, false, false], hasBackground: true)
        // car: 1 + 3 met, 2 + 3 predicted, 2 + 3 true → 4/6. road: 2 + 2 met, 3 + 2 predicted, 3 + 2 true → 4/6.
        #expect(figures.classes.map(\.iou) == [4.0 / 6, 4.0 / 6, nil])
        #expect(figures.miou == 4.0 / 6)
        #expect(figures.unseenMIoU == 4.0 / 6)
        #expect(figures.seenMIoU == 4.0 / 6)
        #expect(abs((figures.harmonic ?? 0) - 4.0 / 6) < 1e-12)
    }

    @Test("FB-IoU is the mean of foreground and rest, names outside the set being foreground")
    func foreground() throws {
        let measurement = try measured()
        let figures = measurement.figures(classes, unseen: [], hasBackground: true)
        // Picture 1 without its ignored pixel: predicted 5, true 5, both 4. Picture 2: predicted 6, true 5, both 5.
        // Rest: predicted 2 + 2, true 2 + 3, both 1 + 2.
        #expect(abs((figures.fbIoU ?? 0) - (9.0 / 12 + 3.0 / 6) / 2) < 1e-12)
        #expect(measurement.figures(classes, unseen: [], hasBackground: false).fbIoU == nil)
        #expect(figures.seenMIoU == nil && figures.unseenMIoU == nil && figures.harmonic == nil)
    }

    @Test("Classes that are not asked of a picture are rest in it")
    func restricted() {
        #expect(truth([1, 2, 3, 0, 255, 1, 2, 3]).restricted(to: [2]) == truth([0, 2, 0, 0, 255, 0, 2, 0]))
    }

    @Test("Presence: balanced accuracy, and absent names called present")
    func presence() {
        var counts = PresenceCounts()
        for (isThere, found) in [(true, true), (true, true), (true, false), (false, true), (false, false)] {
            counts.add(isThere: isThere, found: found)
        }
        #expect(counts.absentCalledPresent == 0.5)
        #expect(abs((counts.balancedAccuracy ?? 0) - (2.0 / 3 + 0.5) / 2) < 1e-12)
        #expect(PresenceCounts().balancedAccuracy == nil)
    }

    @Test("The oracle takes the best of a class's own region, the eigensegments and their complements")
    func oracle() throws {
        let truth = truth([1, 1, 1, 2, 1, 1, 2, 255])
        // E_1 = the first three of the upper row; car's own region has IoU 1/5, E_1 3/5, its complement 2/7.
        let patterns: [UInt32] = [1, 1, 1, 0, 0, 0, 0, 0]
        let plain = try regions([1, 2, 2, 2, 2, 2, 2, 2], asked: ["car", "road", "sky"])
        let asked = try AskedNames(["car", "road", "sky"], classes: classes, synonyms: nil)
        let best = Oracle(truth, patterns: patterns, segments: 1).best(of: plain, asked: asked)
        #expect(best.masks[1] == patterns.map { $0 == 1 })
        // road: own region 2/6, the complement of E_1 2/4. sky occurs nowhere and keeps its own, empty one.
        #expect(best.masks[2] == patterns.map { $0 == 0 })
        #expect(best.masks[3] == Array(repeating: false, count: 8))
    }
}

@Suite("Boundary F")
struct BoundaryScoreTests {
    private func square(_ x: Int, _ y: Int, side: Int) -> [Bool] {
        (0..<20 * 20).map { (x..<x + side).contains($0 % 20) && (y..<y + side).contains($0 / 20) }
    }

    private let score = BoundaryScore(
        GroundTruth(size: PictureSize(width: 20, height: 20), labels: Array(repeating: 0, count: 400)))

    @Test("A region shifted by 2 pixels is still met, by 3 only where the outlines cross")
    func tolerance() {
        let truth = square(5, 5, side: 8)
        #expect(score.score(predicted: truth, truth: truth) == 1)
        #expect(score.score(predicted: square(7, 5, side: 8), truth: truth) == 1)
        let far = score.score(predicted: square(8, 5, side: 8), truth: truth)
        #expect(far > 0.4 && far < 1)
    }

    @Test("A region that is missed or made up scores 0; neither has an outline when it fills the picture")
    func empty() {
        let nothing = [Bool](repeating: false, count: 400)
        #expect(score.score(predicted: nothing, truth: square(5, 5, side: 4)) == 0)
        #expect(score.score(predicted: square(5, 5, side: 4), truth: nothing) == 0)
        let everything = [Bool](repeating: true, count: 400)
        #expect(score.score(predicted: everything, truth: everything) == 1)
    }

    @Test("Precision and recall by hand: two dots, one of them near")
    func hand() {
        var (predicted, truth) = (square(0, 0, side: 0), square(0, 0, side: 0))
        (predicted[42], predicted[210], truth[44]) = (true, true, true)
        // Precision 1/2, recall 1.
        #expect(abs(score.score(predicted: predicted, truth: truth) - 2.0 / 3) < 1e-12)
        // Ignored pixels are no outline: the dot that is far lies on one.
        var labels = [UInt8](repeating: 0, count: 400)
        labels[210] = 255
        let other = BoundaryScore(GroundTruth(size: PictureSize(width: 20, height: 20), labels: labels))
        #expect(other.score(predicted: predicted, truth: truth) == 1)
    }
}
