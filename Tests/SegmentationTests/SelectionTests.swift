import Encoders
import Tensors
import Testing

@testable import Segmentation

/// `select` on strips of a few pixels, worked out by hand. Upsampling to the same size changes nothing.
@Suite("Selection, by hand")
struct SelectionTests {
    private let context = ExecutionContext(team: ThreadTeam(threads: 1))

    /// - Parameters:
    ///   - logits: for each channel a row of logits.
    ///   - segments: for each eigensegment a row of 1 and −1.
    private func select(
        _ logits: [[Float]], _ segments: [[Float]], background: Int? = nil, tau: Float = 0.5, gamma: Float = 1
    ) throws -> [UInt16] {
        func map(_ rows: [[Float]]) -> Tensor {
            let pixels = rows[0].count
            return Tensor([1, pixels, rows.count], (0..<pixels).flatMap { pixel in rows.map { $0[pixel] } })
        }
        let picture = PictureSize(width: logits[0].count, height: 1)
        let fusion = Fusion(
            logits: map(logits), background: background, picture: picture,
            shapes: try .made(vectors: map(segments), context),
            parameters: FusionParameters(tau: tau, gamma: gamma, alpha: 1))
        return try fusion(.select, context).bands.flatMap(\.self)
    }

    @Test("A class grows into its eigensegment where the other's logit is at most γ higher")
    func grows() throws {
        // A = 0 0 0 1 1 1; E = {0, 1, 2, 3}: IoU with P_0 is 3/4; its complement {4, 5} has 2/3 with P_1.
        let logits: [[Float]] = [[5, 5, 5, 4, 0, 0], [0, 0, 0, 5, 5, 5]]
        #expect(try select(logits, [[1, 1, 1, 1, -1, -1]]) == [0, 0, 0, 0, 1, 1])
        // Class 1 kept (τ above 2/3): pixel 3 goes over at a distance of 1, which γ = 1 just allows.
        #expect(try select(logits, [[1, 1, 1, 1, -1, -1]], tau: 0.7) == [0, 0, 0, 0, 1, 1])
        #expect(try select(logits, [[1, 1, 1, 1, -1, -1]], tau: 0.7, gamma: 0.9) == [0, 0, 0, 1, 1, 1])
    }

    @Test("A class that is replaced loses what lies outside its region, to the most probable class that was kept")
    func shrinks() throws {
        // A = 0 0 0 0 1 2 2 2 2; E = {0, 1, 2}: IoU 3/4 with P_0, its complement has 4/6 with P_2 and 1/6 with P_1.
        let logits: [[Float]] = [
            [9, 9, 9, 9, 0, 0, 0, 0, 0], [0, 0, 0, 1, 9, 0, 0, 0, 0], [0, 0, 0, 2, 0, 9, 9, 9, 9],
        ]
        let segment: [Float] = [1, 1, 1, -1, -1, -1, -1, -1, -1]
        // Both 0 and 2 replaced: 2's region holds pixel 3, which 0 lost, and pixel 4, whose logit is far too high.
        #expect(try select(logits, [segment]) == [0, 0, 0, 2, 1, 2, 2, 2, 2])
        // Only 0 replaced: pixel 3 falls to the most probable kept class.
        #expect(try select(logits, [segment], tau: 0.7) == [0, 0, 0, 2, 1, 2, 2, 2, 2])
    }

    @Test("The background is never replaced, but can take what a class loses and lose what a class takes")
    func background() throws {
        // A = 0 0 0 b b b b b; complement of E is exactly P_b, yet only class 0 is replaced.
        let logits: [[Float]] = [[9, 9, 9, 4, 0, 0, 0, 0], [0, 0, 0, 4.5, 9, 9, 9, 9]]
        #expect(
            try select(logits, [[1, 1, 1, 1, -1, -1, -1, -1]], background: 1) == [0, 0, 0, 0, 1, 1, 1, 1])
        #expect(
            try select(logits, [[1, 1, -1, -1, -1, -1, -1, -1]], background: 1) == [0, 0, 1, 1, 1, 1, 1, 1])
    }

    @Test("A pixel that a replaced class loses stays when nobody can take it")
    func stays() throws {
        // One class alone: IoU 3/4 with E, nobody else is present.
        #expect(try select([[1, 1, 1, 1]], [[1, 1, 1, -1]]) == [0, 0, 0, 0])
    }

    @Test("τ is reached by equality")
    func threshold() throws {
        let logits: [[Float]] = [[5, 5, 5, 4.5, 0, 0, 0], [0, 0, 0, 5, 5, 5, 5]]
        let segment: [Float] = [1, 1, 1, 1, -1, -1, -1]
        #expect(try select(logits, [segment], tau: 0.75) == [0, 0, 0, 0, 1, 1, 1])
        #expect(try select(logits, [segment], tau: 0.7501) == [0, 0, 0, 1, 1, 1, 1])
    }

    @Test("Of several takers the largest logit wins")
    func takers() throws {
        // A = 0 0 1 1 2 2; E_1 = {0, 1, 4} fits 0 (2/3), E_2 = {2, 3, 4} fits 1 (2/3); 2 stays (τ 0.6).
        let logits: [[Float]] = [[9, 9, 0, 0, 8, 0], [0, 0, 9, 9, 8.5, 0], [0, 0, 0, 0, 9, 9]]
        let segments: [[Float]] = [[1, 1, -1, -1, 1, -1], [-1, -1, 1, 1, 1, -1]]
        #expect(try select(logits, segments, tau: 0.6) == [0, 0, 1, 1, 1, 2])
    }
}
