import Segmentation
import Tensors
import Testing

@Suite("Presence")
struct PresenceTests {
    @Test("Scores equal numpy's")
    func goldens() throws {
        for golden in try Golden.cases("presence") {
            let model = PresenceModel(a: try golden.number("a"), b: try golden.number("b"), threshold: 0.5)
            let classes = try #require(golden["classes"]?.integer)
            let scores = model.scores(of: try golden.tensor("cosines"), classes: classes)
            for (score, expected) in zip(scores, try golden.numbers(golden["scores"])) {
                #expect(abs(score - expected) < 1e-6)
            }
        }
    }

    @Test("The margin is the mean over the highest 1 % of positions, at least one")
    func margins() {
        let model = PresenceModel(a: 1, b: 0, threshold: 0.5)
        let few = Tensor([1, 3, 3], [0.1, 0, 0.2, 0.9, 0.3, 0.5, 0.4, 0, 0])
        #expect(abs(model.margins(of: few, classes: 1)[0] - 0.4) < 1e-6)
        // 250 positions: two count; the ties at 0.8 are broken by position.
        var values = [Float](repeating: 0, count: 500)
        for (position, pair) in [(7, [0.8, 0.1]), (9, [0.9, 0.2]), (200, [0.8, 0.7])] as [(Int, [Float])] {
            values.replaceSubrange(2 * position..<2 * position + 2, with: pair)
        }
        let many = Tensor([10, 25, 2], values)
        #expect(abs(model.margins(of: many, classes: 1)[0] - 0.7) < 1e-6)
    }
}
