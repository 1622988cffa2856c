import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite("Attention by similarity")
struct SimilarityAttentionTests {
    private static func numbers(_ shape: [Int], _ random: inout SplitMix64, plus shift: Float = 0) -> Tensor {
        Tensor(shape, (0..<shape.reduce(1, *)).map { _ in Float.random(in: -1...1, using: &random) + shift })
    }

    /// The published expression, in double precision, by rows of F.
    private static func textbook(_ features: Tensor, _ values: Tensor, beta: Double, gamma: Double) -> [Double] {
        let (count, width, channels) = (features.shape[0], features.shape[1], values.shape[1])
        let rows = (0..<count).map { row -> [Double] in
            let row = features.rows(row..<row + 1).values.map(Double.init)
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return row.map { length > 0 ? $0 / length : 0 }
        }
        let similarity = rows.map { a in rows.map { b in (0..<width).reduce(0) { $0 + a[$1] * b[$1] } } }
        let mean = similarity.joined().reduce(0, +) / Double(count * count)
        return similarity.enumerated().flatMap { index, row -> [Double] in
            var weights = row.map { $0 < beta * mean ? 0 : exp(($0 - beta * mean) * gamma) }
            if row[index] < beta * mean { weights = (0..<count).map { $0 == index ? 1 : 0 } }
            let total = weights.reduce(0, +)
            return (0..<channels).map { channel in
                (0..<count).reduce(0) { $0 + weights[$1] / total * Double(values[$1, channel]) }
            }
        }
    }

    @Test("equals the published expression", arguments: [(1, 4), (7, 3), (60, 24), (530, 16)])
    func equalsTextbook(count: Int, width: Int) throws {
        let seed = UInt64(count)
        var random = SplitMix64(seed: seed)
        let features = Self.numbers([count, width], &random, plus: 0.4)
        let values = Self.numbers([count, 10], &random)
        let found = try similarityAttention(features: features, values: values, beta: 1.2, gamma: 3, .alone)
        let expected = Self.textbook(features, values, beta: 1.2, gamma: 3)
        let deviation = zip(found.values, expected).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
        #expect(deviation < 1e-5, "seed \(seed)")
    }

    @Test("leaves a place that is like no place, not even itself, its own value")
    func alone() throws {
        let values = Tensor([3, 2], [1, 2, 3, 4, 5, 6])
        let alike = Tensor([3, 2], [1, 1, 1, 1, 1, 1])
        #expect(
            try similarityAttention(features: alike, values: values, beta: 1.2, gamma: 3, .alone).values
                == values.values)
        let blank = Tensor([3, 2], [1, 0, 1, 0, 0, 0])
        let mixed = try similarityAttention(features: blank, values: values, beta: 1.2, gamma: 3, .alone).values
        #expect(zip(mixed, [2, 3, 2, 3, 5, 6] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 }, "\(mixed)")
    }

    @Test("has the same bits for 1, 2 and 3 threads")
    func threads() throws {
        var random = SplitMix64(seed: 5)
        let (features, values) = (Self.numbers([700, 24], &random, plus: 0.2), Self.numbers([700, 40], &random))
        let answers = try (1...3).map { threads in
            try similarityAttention(
                features: features, values: values, beta: 1.2, gamma: 3,
                ExecutionContext(team: ThreadTeam(threads: threads))
            ).values
        }
        #expect(answers.allSatisfy { $0 == answers[0] })
    }
}
