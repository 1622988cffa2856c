import Testing

@testable import Segmentation

@Suite("The presence verdict")
struct VerdictTests {
    @Test("With a background, the score and the area decide, and absent classes become unlabelled")
    func auto() {
        let verdict = Verdict(
            scores: [0.9, 0.5, 0.49, 0.9], thresholds: [0.5, 0.5, 0.5, 0.95], areas: [10, 3, 50, 50, 7], minArea: 3)
        #expect(verdict.present == [true, true, false, false])
        #expect(verdict.labels == [1, 2, 0, 0, 0])
        #expect(Verdict(scores: [0.9], thresholds: [0.5], areas: [2, 9], minArea: 3).present == [false])
        #expect(Verdict(scores: [1], thresholds: [0], areas: [0, 9], minArea: 1).present == [false])
    }

    @Test("Without one, a class is present when it has pixels, whatever its score")
    func none() {
        let verdict = Verdict(scores: [0, 1, 0], thresholds: [0.5, 0.5, 0.5], areas: [1, 0, 8], minArea: 5)
        #expect(verdict.present == [true, false, true])
        #expect(verdict.labels == [1, 0, 3])
    }
}
