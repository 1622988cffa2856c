import Foundation
import Tensors
import TestSupport
import Testing

/// `Goldens/spectral.json`, as `training/goldens/spectral.py` writes it.
struct Golden: Decodable {
    let width, probes: Int
    let cases: [Case]

    struct Case: Decodable, CustomTestStringConvertible {
        let name, kind: String
        let side: Int
        let seed: UInt64
        let lambda: Float
        let graph: [Float]?
        let eigenvalues: [Float]
        let clusters: [Cluster]

        var testDescription: String { "\(name), seed \(seed)" }
    }

    /// A run of near-equal eigenvalues, counted with the constant pair as 0, and zᵢᵀ·P·zⱼ of its projector.
    struct Cluster: Decodable {
        let first, count: Int
        let witness: [Double]
    }

    static let stored: Golden = {
        guard let url = Bundle.module.url(forResource: "spectral", withExtension: "json", subdirectory: "Goldens"),
            let data = try? Data(contentsOf: url), let golden = try? JSONDecoder().decode(Golden.self, from: data)
        else { return Golden(width: 0, probes: 0, cases: []) }
        return golden
    }()
}

extension Golden.Case {
    /// The features that the golden was made from, and the colours that follow them.
    func input(width: Int) -> (features: Tensor, colours: Tensor) {
        var random = SplitMix64(seed: seed)
        let features = kind == "regions" ? regions(width, &random) : smooth(width, &random)
        let colours = (0..<side * side * 3).map { _ in Float(random.unit()) }
        return (Tensor([side * side, width], features.map(Float.init)), Tensor([side, side, 3], colours))
    }

    private func regions(_ width: Int, _ random: inout SplitMix64) -> [Double] {
        let centres = (0..<6 * width).map { _ in random.signed() }
        return (0..<side * side).flatMap { token in
            let (y, x) = (Double(token / side), Double(token % side))
            let label = Int(x / Double(side) * 2.9) + 3 * Int(y / Double(side) * 1.9)
            return (0..<width).map { centres[label * width + $0] + 0.8 * random.signed() }
        }
    }

    private func smooth(_ width: Int, _ random: inout SplitMix64) -> [Double] {
        let coefficients = (0..<35 * width).map { _ in random.signed() }
        let waves = (0..<side).map { chebyshev(2 * Double($0) / Double(side) - 1) }
        return (0..<side * side).flatMap { token in
            let (across, down) = (waves[token % side], waves[token / side])
            let basis = (1..<36).map { wave -> Double in
                let (m, n) = (wave / 6, wave % 6)
                return across[m] * down[n] / Double(m + n)
            }
            return (0..<width).map { feature in
                var sum = 0.3 * random.signed()
                for (wave, value) in basis.enumerated() { sum += value * coefficients[wave * width + feature] }
                return sum
            }
        }
    }

    private func chebyshev(_ x: Double) -> [Double] {
        (2..<6).reduce(into: [1, x]) { values, n in values.append(2 * x * values[n - 1] - values[n - 2]) }
    }
}
