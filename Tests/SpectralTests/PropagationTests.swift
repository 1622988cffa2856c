import Tensors
import TestSupport
import Testing

@testable import Spectral

@Suite struct PropagationTests {
    private let context = ExecutionContext(team: ThreadTeam(threads: 2))

    @Test("the answer equals a dense solution", arguments: [0.5, 1, 20] as [Float], [1, 8, 21, 257])
    func dense(_ alpha: Float, _ columns: Int) throws {
        var random = SplitMix64(seed: 41)
        let features = Tensor.random([63, 7], &random)
        let logits = Tensor.random([63, columns], &random)
        let affinity = try Affinity(features: features, grid: (7, 9), context)
        let answer = try propagate(logits, on: affinity, alpha: alpha, tolerance: 1e-6, context)
        let normalized = Textbook.normalized(Textbook.affinity(features))
        let system = normalized.indices.map { row in
            normalized.indices.map { ($0 == row ? 1 + Double(alpha) : 0) - Double(alpha) * normalized[row][$0] }
        }
        #expect(answer.shape == [63, columns])
        #expect(distance(answer.matrix, Textbook.solve(system, logits.matrix)) < 2e-5)
    }

    @Test("alpha 0 gives the logits back, and columns of zeros stay zeros")
    func identity() throws {
        var random = SplitMix64(seed: 42)
        let affinity = try Affinity(features: Tensor.random([30, 4], &random), grid: (5, 6), context)
        let logits = Tensor([30, 3], (0..<90).map { $0 % 3 == 1 ? 0 : Float($0) })
        #expect(distance(try propagate(logits, on: affinity, alpha: 0, context).matrix, logits.matrix) < 1e-4)
        let spread = try propagate(logits, on: affinity, alpha: 5, context)
        #expect(spread.matrix.allSatisfy { $0[1] == 0 })
    }

    @Test("logits that are not finite are refused", arguments: [Float.nan, .infinity])
    func notFinite(_ value: Float) throws {
        var random = SplitMix64(seed: 43)
        let affinity = try Affinity(features: Tensor.random([30, 4], &random), grid: (5, 6), context)
        var logits = Tensor.random([30, 2], &random).values
        logits[17] = value
        #expect(throws: SpectralFailure.notFinite) {
            try propagate(Tensor([30, 2], logits), on: affinity, alpha: 1, context)
        }
    }

    @Test("a tolerance out of reach is an error that says so")
    func notConverged() throws {
        var random = SplitMix64(seed: 44)
        let affinity = try Affinity(features: Tensor.random([30, 4], &random), grid: (5, 6), context)
        let error = #expect(throws: SpectralFailure.self) {
            try propagate(Tensor.random([30, 2], &random), on: affinity, alpha: 1e12, tolerance: 1e-6, context)
        }
        guard case .propagationNotConverged = error else { Issue.record("\(String(describing: error))"); return }
    }
}
