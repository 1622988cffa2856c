import TestSupport
import Testing

@testable import Tensors

/// Every kernel at every level that the processor has, against the textbook. A level that it lacks is not run.
@Suite struct KernelTests {
    static let levels = KernelLevel.allCases.filter(\.isAvailable)
    static let sizes = [(1, 1), (5, 3), (16, 7), (17, 64), (50, 33), (133, 20), (300, 12)]
    private let context = ExecutionContext(team: ThreadTeam(threads: 2))

    @Test("the processor has AVX2", .enabled(if: KernelLevel.avx2.isAvailable))
    func avx2() { #expect(Self.levels.contains(.avx2)) }

    @Test("the processor has AVX-512", .enabled(if: KernelLevel.avx512.isAvailable))
    func avx512() { #expect(Self.levels.contains(.avx512)) }

    @Test("the rectified Gram matrix and its row sums equal the textbook's", arguments: levels, sizes)
    func gram(_ level: KernelLevel, _ size: (rows: Int, width: Int)) throws {
        var random = SplitMix64(seed: 1)
        let features = Tensor.random([size.rows, size.width], &random)
        let panels = try SymmetricPanels(rectifiedGramOf: features, level: level, context)
        let expected = Textbook.affinity(features)
        #expect(distance(panels.dense().matrix, expected) < 1e-6)
        let sums = expected.map { [$0.reduce(0, +)] }
        #expect(distance(panels.rowSums.map { [Double($0)] }, sums) < 1e-5 * Double(size.rows))
    }

    @Test("the scaled product equals the textbook's", arguments: levels, sizes)
    func product(_ level: KernelLevel, _ size: (rows: Int, width: Int)) throws {
        var random = SplitMix64(seed: 2)
        let features = Tensor.random([size.rows, size.width], &random)
        let panels = try SymmetricPanels(rectifiedGramOf: features, level: level, context)
        let factors = (0..<size.rows).map { _ in Float(random.signed()) }
        var scaled = ScaledOperator(panels, factors: factors)
        for columns in [1, 8, 13, 41] {
            let x = Tensor.random([size.rows, columns], &random)
            let weights = Textbook.affinity(features)
            let matrix = weights.indices.map { row in
                weights.indices.map { Double(factors[row]) * weights[row][$0] * Double(factors[$0]) }
            }
            let y = try scaled(ColumnBlock(x), context).matrix(columns: columns)
            #expect(distance(y.matrix, Textbook.product(matrix, x.matrix)) < 1e-6 * Double(size.rows + 10))
        }
    }

    @Test("products of blocks equal the textbook's", arguments: levels, [1, 16, 133, 700])
    func algebra(_ level: KernelLevel, _ rows: Int) {
        var random = SplitMix64(seed: 3)
        let (a, b) = (Tensor.random([rows, 11], &random), Tensor.random([rows, 16], &random))
        let cross = ColumnBlock(a).crossProduct(ColumnBlock(b), level: level)
        let transposed = (0..<16).map { column in a.matrix.map { column < 11 ? $0[column] : 0 } }
        #expect(distance(cross.matrix, Textbook.product(transposed, b.matrix)) < 1e-6 * Double(rows + 10))

        let coefficients = Tensor.random([16, 16], &random)
        var sum = ColumnBlock(b)
        sum.add(ColumnBlock(a), times: coefficients, factor: -0.5, level: level)
        let product = Textbook.product(a.matrix, Array(coefficients.matrix.prefix(11)))
        let expected = zip(b.matrix, product).map { zip($0, $1).map { $0 - 0.5 * $1 } }
        #expect(distance(sum.matrix(columns: 16).matrix, expected) < 1e-5)

        let squares = ColumnBlock(b).squaredLengths(level: level).map { [Double($0)] }
        let lengths = (0..<16).map { column in [b.matrix.reduce(0) { $0 + $1[column] * $1[column] }] }
        #expect(distance(squares, lengths) < 1e-6 * Double(rows + 10))
    }

    @Test("conjugate gradients solve the textbook's system", arguments: levels)
    func conjugateGradients(_ level: KernelLevel) throws {
        var random = SplitMix64(seed: 4)
        let features = Tensor.random([70, 6], &random)
        let matrix = Textbook.normalized(Textbook.affinity(features))
        let roots = Textbook.affinity(features).map { Float(1 / $0.reduce(0, +).squareRoot()) }
        let right = Tensor.random([70, 9], &random)
        var normalized = ScaledOperator(
            try SymmetricPanels(rectifiedGramOf: features, level: level, context), factors: roots)
        var system = ConjugateGradients(
            right: ColumnBlock(right), diagonal: 4, alpha: 3, tolerance: 1e-5, level: level)
        for _ in 0..<60 where !system.hasConverged {
            try system.step(product: normalized(system.direction, context), context)
        }
        #expect(system.hasConverged)
        let whole = matrix.enumerated().map { row, values in
            values.enumerated().map { ($0 == row ? 4.0 : 0) - 3 * $1 }
        }
        #expect(distance(system.solution.matrix(columns: 9).matrix, Textbook.solve(whole, right.matrix)) < 1e-4)
    }

    @Test("edges add to both mirror images, an edge to itself twice")
    func edges() throws {
        var random = SplitMix64(seed: 5)
        let features = Tensor.random([40, 5], &random)
        let edges = [GraphEdge(3, 9), GraphEdge(9, 3), GraphEdge(4, 4), GraphEdge(35, 2), GraphEdge(2, 35)]
        let plain = try SymmetricPanels(rectifiedGramOf: features, context)
        let panels = try SymmetricPanels(rectifiedGramOf: features, adding: edges, weight: 0.25, context)
        var expected = plain.dense().matrix
        var sums = plain.rowSums
        for edge in edges {
            expected[edge.row][edge.column] += 0.25
            expected[edge.column][edge.row] += 0.25
            sums[edge.row] += 0.25
            sums[edge.column] += 0.25
        }
        #expect(distance(panels.dense().matrix, expected) < 1e-6)
        #expect(panels.rowSums == sums)
    }
}
