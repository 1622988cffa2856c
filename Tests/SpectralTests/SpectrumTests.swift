import Tensors
import TestSupport
import Testing

@testable import Spectral

@Suite struct SpectrumTests {
    private let context = ExecutionContext(team: ThreadTeam(threads: 2))
    private let tolerance: Float = 1e-5

    /// Six noisy clusters on a grid.
    private func features(_ height: Int, _ width: Int, _ random: inout SplitMix64) -> Tensor {
        let centres = (0..<6 * 24).map { _ in random.signed() }
        return Tensor(
            [height * width, 24],
            (0..<height * width).flatMap { token -> [Float] in
                let label = token % width * 3 / width + 3 * (token / width * 2 / height)
                return (0..<24).map { Float(centres[label * 24 + $0] + 0.7 * random.signed()) }
            })
    }

    @Test("permuting the tokens permutes the eigenvectors", arguments: [(10, 14), (20, 25)])
    func permutation(_ grid: (Int, Int)) throws {
        var random = SplitMix64(seed: 21)
        let tokens = grid.0 * grid.1
        let features = features(grid.0, grid.1, &random)
        let order = Array(0..<tokens).shuffled(using: &random)
        let shuffled = Tensor([tokens, 24], order.flatMap { features.rows($0..<$0 + 1).values })
        let plain = try solve(features, grid)
        let permuted = try solve(shuffled, grid)
        for k in 0..<5 {
            #expect(abs(plain.eigenvalues[k] - permuted.eigenvalues[k]) < 1e-5)
            let (a, b) = (plain.eigenvectors.rows(k..<k + 1).values, permuted.eigenvectors.rows(k..<k + 1).values)
            let scale = a.map(abs).max() ?? 1
            #expect(zip(order, b).allSatisfy { abs(a[$0] - $1) < 2e-3 * scale })
        }
    }

    @Test("a graph of separate blocks is divided into them", arguments: [12, 24])
    func blocks(_ side: Int) throws {
        var random = SplitMix64(seed: 22)
        // Block b has its features in dimensions of its own and positive, so that only its own tokens are alike.
        let block = { (token: Int) in token % side * 4 / side }
        let features = Tensor(
            [side * side, 20],
            (0..<side * side).flatMap { token in
                (0..<20).map { $0 / 5 == block(token) ? Float(0.2 + random.unit()) : 0 }
            })
        let spectrum = try solve(features, (side, side), count: 3)
        for k in 0..<3 {
            #expect(abs(spectrum.eigenvalues[k]) < 1e-5)
            let vector = spectrum.eigenvectors.rows(k..<k + 1).values
            for b in 0..<4 {
                let inside = vector.indices.filter { block($0) == b }.map { vector[$0] }
                #expect((inside.max() ?? 0) - (inside.min() ?? 0) < 1e-4 * (vector.map(abs).max() ?? 1))
            }
        }
        let patterns = Set(
            (0..<side * side).map { token in
                (0..<3).map { spectrum.eigenvectors[$0, token] > 0 }
            })
        #expect(patterns.count >= 3)
    }

    @Test("the constant vector is dropped and the rest is D-orthonormal", arguments: [(8, 9), (18, 20)])
    func constant(_ grid: (Int, Int)) throws {
        var random = SplitMix64(seed: 23)
        let affinity = try Affinity(features: features(grid.0, grid.1, &random), grid: grid, context)
        let spectrum = try spectrum(of: affinity, count: 5, tolerance: tolerance, context)
        let degrees = affinity.inverseRoots.map { 1 / Double($0 * $0) }
        let vectors = spectrum.eigenvectors.matrix
        let total = degrees.reduce(0, +).squareRoot()
        for (k, vector) in vectors.enumerated() {
            #expect(abs(zip(degrees, vector).reduce(0) { $0 + $1.0 * $1.1 }) / total < 1e-5)
            for (other, values) in vectors.enumerated() {
                let product = degrees.indices.reduce(0) { $0 + degrees[$1] * vector[$1] * values[$1] }
                #expect(abs(product - (k == other ? 1 : 0)) < 1e-5)
            }
        }
    }

    @Test("no eigenvector has more positive entries than others", arguments: 30..<40)
    func signs(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let spectrum = try solve(features(17, 18, &random), (17, 18))
        for vector in spectrum.eigenvectors.matrix { #expect(2 * vector.count { $0 > 0 } <= vector.count) }
    }

    @Test("small graphs, solved densely, agree with the Krylov space")
    func solvers() throws {
        var random = SplitMix64(seed: 24)
        let affinity = try Affinity(features: features(14, 15, &random), grid: (14, 15), context)
        let dense = try DenseSolver.largestPairs(of: affinity, count: 5, context)
        let krylov = try BlockKrylov.largestPairs(of: affinity, count: 5, tolerance: tolerance, context)
        #expect(dense.residuals.allSatisfy { $0 < 1e-5 } && krylov.residuals.allSatisfy { $0 < 1e-5 })
        #expect(zip(dense.values, krylov.values).allSatisfy { abs($0 - $1) < 1e-5 })
        #expect(
            try DenseSolver.residuals(krylov.vectors, krylov.values, affinity.normalized, context).allSatisfy {
                $0 < 2e-5
            })
    }

    @Test("ask for many pairs and all come, in order", arguments: [1, 7, 20])
    func many(_ count: Int) throws {
        var random = SplitMix64(seed: 25)
        let spectrum = try solve(features(20, 20, &random), (20, 20), count: count)
        #expect(spectrum.count == count)
        #expect(zip(spectrum.eigenvalues, spectrum.eigenvalues.dropFirst()).allSatisfy { $0 <= $1 + 1e-6 })
        #expect(spectrum.residuals.allSatisfy { $0 <= tolerance })
    }

    @Test("one, two and three threads give the same bits")
    func threads() throws {
        var random = SplitMix64(seed: 26)
        let features = features(21, 23, &random)
        let logits = Tensor([21 * 23, 37], (0..<21 * 23 * 37).map { _ in Float(random.signed()) })
        let runs = try (1...3).map { threads in
            let context = ExecutionContext(team: ThreadTeam(threads: threads))
            let affinity = try Affinity(features: features, grid: (21, 23), context)
            let spectrum = try spectrum(of: affinity, count: 5, context)
            let propagated = try propagate(logits, on: affinity, alpha: 2, context)
            return spectrum.eigenvectors.values + spectrum.eigenvalues + spectrum.residuals + propagated.values
        }
        #expect(runs[0] == runs[1] && runs[0] == runs[2])
    }

    private func solve(_ features: Tensor, _ grid: (Int, Int), count: Int = 5) throws -> Spectrum {
        let affinity = try Affinity(features: features, grid: grid, context)
        return try spectrum(of: affinity, count: count, tolerance: tolerance, context)
    }
}
