import CKernels
import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite("Attention")
struct AttentionTests {
    /// A level that the processor lacks is not run.
    static let levels = [attention_portable, attention_avx2, attention_avx512, attention_bf16].filter {
        attention_has_level($0) == 1
    }.map(\.rawValue)

    private func random(_ shape: [Int], _ random: inout SplitMix64, scale: Float = 1) -> Tensor {
        Tensor(shape, (0..<shape.reduce(1, *)).map { _ in Float.random(in: -scale...scale, using: &random) })
    }

    private func run(
        _ qkv: Tensor, heads: Int, causal: Bool, sequences: [Range<Int>]? = nil, level: UInt32, threads: Int = 1
    ) throws -> Tensor {
        let plan = AttentionPlan(
            width: qkv.shape[1] / 3, heads: heads, causal: causal, sequences: sequences ?? [0..<qkv.shape[0]],
            tokens: qkv.shape[0], level: attention_level(rawValue: level))
        return try plan(qkv, ExecutionContext(team: ThreadTeam(threads: threads)))
    }

    /// softmax(q·kᵀ / √d)·v as the definition has it, in double precision.
    private func textbook(_ qkv: Tensor, heads: Int, causal: Bool, sequences: [Range<Int>]) -> [Float] {
        let (tokens, width) = (qkv.shape[0], qkv.shape[1] / 3)
        let (size, x) = (width / heads, qkv.values.map(Double.init))
        var result = [Float](repeating: 0, count: tokens * width)
        for sequence in sequences {
            for (head, query) in (0..<heads).flatMap({ head in sequence.map { (head, $0) } }) {
                let keys = sequence.lowerBound..<(causal ? query + 1 : sequence.upperBound)
                let columns = head * size..<(head + 1) * size
                let logits = keys.map { key in
                    columns.reduce(0.0) { $0 + x[query * 3 * width + $1] * x[key * 3 * width + width + $1] }
                        / Double(size).squareRoot()
                }
                let peak = logits.max() ?? 0
                let weights = logits.map { exp($0 - peak) }
                let total = weights.reduce(0, +)
                for column in columns {
                    let sum = zip(keys, weights).reduce(0.0) { $0 + $1.1 * x[$1.0 * 3 * width + 2 * width + column] }
                    result[query * width + column] = Float(sum / total)
                }
            }
        }
        return result
    }

    @Test("every level equals the textbook over seeded odd shapes, causal or not, ragged or whole", arguments: levels)
    func textbook(level: UInt32) throws {
        var generator = SplitMix64(seed: 1706)
        let tolerance: Float = level == attention_bf16.rawValue ? 0.02 : 1e-5
        for (tokens, heads, size) in [
            (1, 1, 1), (2, 3, 5), (13, 2, 16), (47, 1, 33), (48, 2, 80), (49, 3, 32), (100, 1, 64), (257, 2, 40),
            (300, 1, 17), (530, 1, 64), (90, 1, 130),
        ] {
            let qkv = random([tokens, 3 * heads * size], &generator, scale: 2)
            var cuts = (0..<4).map { _ in Int.random(in: 0...tokens, using: &generator) }.sorted()
            cuts.append(tokens)
            for sequences in [[0..<tokens], zip(cuts, cuts.dropFirst()).map { $0..<$1 }] {
                for causal in [false, true] {
                    let found = try run(qkv, heads: heads, causal: causal, sequences: sequences, level: level)
                    let expected = textbook(qkv, heads: heads, causal: causal, sequences: sequences)
                    #expect(
                        largestDifference(found.values, expected) < tolerance,
                        "seed 1706: \(tokens) tokens, \(heads) × \(size), causal \(causal), \(sequences)")
                }
            }
        }
    }

    @Test("1, 2 and 3 threads give the same bits, and so does a sequence alone and among others", arguments: levels)
    func sameBits(level: UInt32) throws {
        var generator = SplitMix64(seed: 3)
        let qkv = random([301, 3 * 96], &generator, scale: 3)
        let sequences = [0..<12, 12..<13, 13..<200, 203..<301]
        for causal in [false, true] {
            let whole = try run(qkv, heads: 3, causal: causal, sequences: sequences, level: level)
            for threads in 2...3 {
                let again = try run(
                    qkv, heads: 3, causal: causal, sequences: sequences, level: level, threads: threads)
                #expect(again.values == whole.values)
            }
            for sequence in sequences {
                let alone = try run(qkv.rows(sequence), heads: 3, causal: causal, level: level)
                #expect(alone.values == whole.rows(sequence).values)
            }
            #expect(whole.rows(200..<203).values.allSatisfy { $0 == 0 })
        }
    }

    @Test("what comes after a token changes no bit of its causal answer", arguments: levels)
    func causalPrefix(level: UInt32) throws {
        var generator = SplitMix64(seed: 4)
        let qkv = random([400, 3 * 32], &generator, scale: 3)
        let whole = try run(qkv, heads: 1, causal: true, level: level)
        for length in [1, 12, 17, 48, 49, 256, 257, 399] {
            let prefix = try run(qkv.rows(0..<length), heads: 1, causal: true, level: level)
            #expect(prefix.values == whole.rows(0..<length).values, "\(length) tokens")
        }
    }

    @Test("logits of ±10⁴ stay finite and pick the largest", arguments: levels)
    func hugeLogits(level: UInt32) throws {
        let (tokens, size) = (300, 16)
        for sign: Float in [1, -1] {
            let qkv = Tensor([tokens, 3 * size]) { x in
                for token in 0..<tokens {
                    for i in 0..<size {
                        // q · kᵀ / √16 runs from 0 to ±10⁴ over the tokens.
                        x[token * 3 * size + i] = 50
                        x[token * 3 * size + size + i] = sign * 50 * Float(token) / Float(tokens - 1)
                        x[token * 3 * size + 2 * size + i] = Float(token)
                    }
                }
            }
            let found = try run(qkv, heads: 1, causal: false, level: level)
            let expected: Float = sign > 0 ? Float(tokens - 1) : 0
            let tolerance: Float = level == attention_bf16.rawValue ? 2 : 1e-3
            #expect(found.values.allSatisfy { abs($0 - expected) <= tolerance })
        }
    }

    @Test("a NaN reaches the answers that depend on it and no others", arguments: levels)
    func notANumber(level: UInt32) throws {
        var generator = SplitMix64(seed: 5)
        var qkv = random([60, 3 * 16], &generator)
        qkv.withMutableSpan { $0[30 * 48 + 20] = .nan }
        let found = try run(qkv, heads: 1, causal: true, sequences: [0..<40, 40..<60], level: level)
        #expect(found.rows(0..<30).values.allSatisfy { $0.isFinite })
        #expect(found.rows(30..<40).values.allSatisfy { $0.isNaN })
        #expect(found.rows(40..<60).values.allSatisfy { $0.isFinite })
    }

    @Test("2^x is within 3e-7 of its value down to 2^-125, 0 below, 1 at 0, and keeps NaN", arguments: levels)
    func exponential(level: UInt32) {
        func power(_ x: [Float]) -> [Float] {
            var y = [Float](repeating: .nan, count: 16)
            attention_exp2(attention_level(rawValue: level), x, &y)
            return y
        }
        for start in stride(from: Float(-125), through: -0.001, by: 0.0037) {
            let x = (0..<16).map { min(start + Float($0) * 0.00023, 0) }
            for (x, y) in zip(x, power(x)) {
                #expect(abs(Double(y) / exp2(Double(x)) - 1) < 3e-7, "2^\(x)")
            }
        }
        let edges: [Float] = [0, -0.0, -1, -125, -125.001, -1e4, -1e9, -.greatestFiniteMagnitude, -.infinity, .nan]
        let found = power(edges + [Float](repeating: 0, count: 6))
        #expect(Array(found[..<9]) == [1, 1, 0.5, 0x1p-125, 0, 0, 0, 0, 0])
        #expect(found[9].isNaN)
    }

    @Test("the public call picks a level that answers in the precision asked for")
    func publicCall() throws {
        var generator = SplitMix64(seed: 6)
        let qkv = random([70, 3 * 24], &generator)
        let expected = textbook(qkv, heads: 2, causal: false, sequences: [0..<70])
        let context = ExecutionContext(team: ThreadTeam(threads: 2))
        let (fp32, bf16) = try (
            attention(qkv: qkv, heads: 2, context), attention(qkv: qkv, heads: 2, precision: .bf16, context)
        )
        #expect(largestDifference(fp32.values, expected) < 1e-5)
        #expect(largestDifference(bf16.values, expected) < 0.01)
    }

    @Test("a context that cancels stops it")
    func cancellation() {
        struct Stopped: Error {}
        let context = ExecutionContext(team: ThreadTeam(threads: 2)) { throw Stopped() }
        #expect(throws: Stopped.self) { try attention(qkv: Tensor(zeros: [9, 12]), heads: 1, context) }
    }
}
