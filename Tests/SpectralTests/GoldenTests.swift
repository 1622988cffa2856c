import Tensors
import TestSupport
import Testing

@testable import Spectral

/// Against `scipy.linalg.eigh(D - W, D)` in float64.
@Suite struct GoldenTests {
    private let context = ExecutionContext(team: ThreadTeam(threads: 2))
    private let tolerance: Float = 1e-5

    @Test("the goldens are there")
    func present() {
        #expect(Golden.stored.cases.count == 5)
    }

    @Test("eigenvalues and projectors equal SciPy's", arguments: Golden.stored.cases)
    func eigenpairs(_ golden: Golden.Case) throws {
        let affinity = try affinity(golden)
        let spectrum = try spectrum(of: affinity, count: 5, tolerance: tolerance, context)
        #expect(spectrum.count == 5)
        for (mine, theirs) in zip(spectrum.eigenvalues, golden.eigenvalues.dropFirst()) {
            #expect(abs(mine - theirs) <= 1e-4, "μ = \(mine), SciPy \(theirs)")
        }
        #expect(spectrum.residuals.allSatisfy { $0 <= tolerance })
        #expect(!golden.clusters.isEmpty)
        for cluster in golden.clusters {
            let allowed = max(1e-3, 2 * tolerance / gap(around: cluster, in: golden.eigenvalues))
            let distance = projectorDistance(spectrum, affinity, cluster, golden.seed)
            #expect(distance <= Double(allowed), "pairs \(cluster.first)…: the projector is \(distance) away")
        }
    }

    @Test("the colour graph equals SciPy's k-d tree's")
    func colourGraph() throws {
        let golden = try #require(Golden.stored.cases.first { $0.graph != nil })
        let edges = try ColourGraph.edges(golden.input(width: Golden.stored.width).colours, context)
        var product = [Float](repeating: 0, count: golden.side * golden.side)
        for edge in edges {
            product[edge.row] += Float(edge.column % 7)
            product[edge.column] += Float(edge.row % 7)
        }
        #expect(product == golden.graph)
    }

    private func affinity(_ golden: Golden.Case) throws -> Affinity {
        let (features, colours) = golden.input(width: Golden.stored.width)
        return try Affinity(
            features: features, grid: (golden.side, golden.side), colours: colours, lambda: golden.lambda, context)
    }

    private func gap(around cluster: Golden.Cluster, in eigenvalues: [Float]) -> Float {
        let (first, last) = (cluster.first, cluster.first + cluster.count - 1)
        return min(eigenvalues[first] - eigenvalues[first - 1], eigenvalues[last + 1] - eigenvalues[last])
    }

    /// The root mean square of zᵢᵀ·(P − Q)·zⱼ, whose expectation is the Frobenius norm of P − Q.
    private func projectorDistance(
        _ spectrum: Spectrum, _ affinity: Affinity, _ cluster: Golden.Cluster, _ seed: UInt64
    ) -> Double {
        var random = SplitMix64(seed: seed + 1000)
        let (probes, tokens) = (Golden.stored.probes, affinity.tokens)
        var seen = [[Double]](repeating: [Double](repeating: 0, count: cluster.count), count: probes)
        for probe in 0..<probes {
            for token in 0..<tokens {
                let sign: Double = random.next() >> 63 == 1 ? 1 : -1
                for pair in 0..<cluster.count {
                    let v = spectrum.eigenvectors[cluster.first - 1 + pair, token]
                    seen[probe][pair] += sign * Double(v / affinity.inverseRoots[token])
                }
            }
        }
        let squares = (0..<probes * probes).map { place in
            let mine = zip(seen[place / probes], seen[place % probes]).reduce(0) { $0 + $1.0 * $1.1 }
            return (mine - cluster.witness[place]) * (mine - cluster.witness[place])
        }
        return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    }
}
