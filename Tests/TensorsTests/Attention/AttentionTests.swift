import Foundation
import Tensors
import Testing

/// softmax(q·kᵀ / √d)·v as the definition has it, in double precision.
func textbookAttention(_ qkv: Tensor, heads: Int, causal: Bool, sequences: [Range<Int>]) -> Tensor {
    let (tokens, width) = (qkv.shape[0], qkv.shape[1] / 3)
    let (size, x) = (width / heads, qkv.values.map(Double.init))
    var result = [Float](repeating: 0, count: tokens * width)
    for sequence in sequences {
        for head in 0..<heads {
            for query in sequence {
                let keys = sequence.lowerBound..<(causal ? query + 1 : sequence.upperBound)
                let logits = keys.map { key in
                    (0..<size).reduce(0.0) {
                        let column = head * size + $1
                        return $0 + x[query * 3 * width + column] * x[key * 3 * width + width + column]
                    } / Double(size).squareRoot()
                }
                let peak = logits.max() ?? 0
                let weights = logits.map { exp($0 - peak) }
                let total = weights.reduce(0, +)
                for column in head * size..<(head + 1) * size {
                    let sum = zip(keys, weights).reduce(0.0) { $0 + $1.1 * x[$1.0 * 3 * width + 2 * width + column] }
                    result[query * width + column] = Float(sum / total)
                }
            }
        }
    }
    return Tensor([tokens, width], result)
}

@Test("attention over ragged causal sequences equals the textbook softmax")
func raggedAttentionEqualsTextbook() throws {
    let (tokens, heads, size) = (53, 3, 10)
    let values = (0..<tokens * 3 * heads * size).map { Float(($0 * 7919) % 101) / 50 - 1 }
    let qkv = Tensor([tokens, 3 * heads * size], values)
    let context = ExecutionContext(team: ThreadTeam(threads: 2))
    for causal in [false, true] {
        for sequences in [[0..<tokens], [0..<7, 7..<8, 8..<50]] {
            let found = try attention(qkv: qkv, heads: heads, causal: causal, sequences: sequences, context)
            let expected = textbookAttention(qkv, heads: heads, causal: causal, sequences: sequences)
            let worst = zip(found.values, expected.values).map { abs($0 - $1) }.max() ?? .infinity
            #expect(worst < 1e-5)
        }
    }
}
