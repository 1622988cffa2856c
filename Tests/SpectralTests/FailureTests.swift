import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Spectral

@Suite struct FailureTests {
    private let context = ExecutionContext(team: ThreadTeam(threads: 2))

    @Test("a flat picture is a failure, not a crash", arguments: [(6, 6), (20, 20)], [Float(1), 0])
    func flat(_ grid: (Int, Int), _ value: Float) throws {
        let features = Tensor([grid.0 * grid.1, 8], [Float](repeating: value, count: grid.0 * grid.1 * 8))
        let affinity = try Affinity(features: features, grid: grid, context)
        let error = #expect(throws: SpectralFailure.self) { try spectrum(of: affinity, count: 5, context) }
        guard case .flat = error else { Issue.record("\(String(describing: error))"); return }
    }

    @Test("a picture of two flat parts has one division", arguments: [(6, 6), (20, 20)])
    func twoParts(_ grid: (Int, Int)) throws {
        let tokens = grid.0 * grid.1
        let features = Tensor([tokens, 2], (0..<tokens).flatMap { $0 < tokens / 3 ? [1, 0] : [0.5, 1] as [Float] })
        let affinity = try Affinity(features: features, grid: grid, context)
        let spectrum = try spectrum(of: affinity, count: 5, context)
        #expect(spectrum.count == 1)
        let vector = spectrum.eigenvectors.values
        #expect(Set(vector.enumerated().map { ($0 < tokens / 3) == ($1 > 0) }).count == 1)
    }

    @Test("features that are not finite are refused", arguments: [Float.nan, .infinity, -.infinity])
    func notFinite(_ value: Float) {
        var values = [Float](repeating: 0.5, count: 400 * 8)
        values[1234] = value
        #expect(throws: SpectralFailure.notFinite) {
            try Affinity(features: Tensor([400, 8], values), grid: (20, 20), context)
        }
    }

    @Test("colours that are not finite are refused")
    func colours() {
        var random = SplitMix64(seed: 51)
        let features = Tensor.random([36, 4], &random)
        var colours = Tensor.random([6, 6, 3], &random).values
        colours[7] = .nan
        #expect(throws: SpectralFailure.notFinite) {
            try Affinity(features: features, grid: (6, 6), colours: Tensor([6, 6, 3], colours), lambda: 1, context)
        }
    }

    @Test("huge and tiny features are only scaled", arguments: [Float(1e30), 1e-20])
    func scale(_ scale: Float) throws {
        var random = SplitMix64(seed: 52)
        let features = Tensor.random([100, 4], &random)
        let scaled = Tensor([100, 4], features.values.map { $0 * scale })
        let plain = try Affinity(features: features, grid: (10, 10), context)
        let other = try Affinity(features: scaled, grid: (10, 10), context)
        #expect(zip(plain.inverseRoots, other.inverseRoots).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test("too few tokens are a failure", arguments: [1, 2, 6])
    func tooFew(_ tokens: Int) throws {
        var random = SplitMix64(seed: 53)
        let affinity = try Affinity(features: Tensor.random([tokens, 4], &random), grid: (1, tokens), context)
        #expect(throws: SpectralFailure.tooFewTokens(tokens: tokens, needed: 7)) {
            try spectrum(of: affinity, count: 5, context)
        }
    }

    @Test("a tolerance out of reach ends after the last pass and says how far it came")
    func notConverged() throws {
        var random = SplitMix64(seed: 54)
        let affinity = try Affinity(features: Tensor.random([400, 30], &random), grid: (20, 20), context)
        let error = #expect(throws: SpectralFailure.self) {
            try spectrum(of: affinity, count: 5, tolerance: 1e-12, context)
        }
        guard case .eigenpairsNotConverged(_, _, let passes) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(passes == BlockKrylov.passLimit)
    }

    @Test("every message is one line")
    func messages() {
        let failures: [SpectralFailure] = [
            .flat(eigenvalue: 1), .notFinite, .tooFewTokens(tokens: 1, needed: 7),
            .eigenpairsNotConverged(residual: 0.1, tolerance: 1e-4, passes: 40),
            .propagationNotConverged(residual: 0.1, tolerance: 1e-4, passes: 200),
        ]
        for failure in failures {
            #expect(!failure.description.contains("\n") && failure.description.hasPrefix("spectral: "))
        }
    }

    private struct Stopped: Error {}

    @Test("work stops where the context asks it to", arguments: [0, 3, 40, 120, 160])
    func cancellation(_ after: Int) throws {
        var random = SplitMix64(seed: 55)
        let features = Tensor.random([500, 30], &random)
        let asked = Mutex(0)
        let context = ExecutionContext(team: ThreadTeam(threads: 2)) {
            guard
                asked.withLock({
                    $0 += 1; return $0
                }) <= after
            else { throw Stopped() }
        }
        #expect(throws: Stopped.self) {
            let affinity = try Affinity(features: features, grid: (20, 25), context)
            _ = try spectrum(of: affinity, count: 5, tolerance: 1e-6, context)
        }
        #expect(asked.withLock { $0 } <= after + 3)
    }
}
