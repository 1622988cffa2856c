import Foundation

/// Multi-head attention of packed projections, softmax(q·kᵀ / √d)·v for each head;
/// `torch.nn.functional.scaled_dot_product_attention` between the split and the concatenation of the heads.
///
/// Each token's answer has the same bits for any number of threads and whatever the other sequences hold.
/// - Parameters:
///   - qkv: `[ΣN, 3·D]`, each row q | k | v; head h takes columns h·d ..< (h + 1)·d of each, d = D / heads.
///   - causal: whether a token sees only itself and those before it in its sequence.
///   - sequences: ranges of rows that see only each other; nil means that all rows are one sequence. Rows outside every
///     range stay 0.
///   - precision: the format of the products' factors; sums and softmax are fp32.
/// - Returns: `[ΣN, D]`
/// - Throws: what the context throws to stop.
public func attention(
    qkv: Tensor, heads: Int, causal: Bool = false, sequences: [Range<Int>]? = nil, precision: Precision = .fp32,
    _ context: ExecutionContext
) throws -> Tensor {
    precondition(qkv.shape.count == 2 && heads > 0 && qkv.shape[1] % (3 * heads) == 0, "\(qkv.shape), \(heads) heads")
    let (tokens, width) = (qkv.shape[0], qkv.shape[1] / 3)
    let sequences = sequences ?? [0..<tokens]
    precondition(sequences.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= tokens }, "sequences outside the rows")
    let tiles = sequences.flatMap { sequence in
        (0..<heads).flatMap { head in
            stride(from: sequence.lowerBound, to: sequence.upperBound, by: 32).map {
                AttentionTile(sequence: sequence, head: head, queries: $0..<min($0 + 32, sequence.upperBound))
            }
        }
    }
    var result = Tensor(zeros: [tokens, width])
    try result.withUnsafeMutableBase { base in
        let output = Writable(base)
        try qkv.withUnsafeBase { base in
            let input = Readable(base)
            try context.forEach(tiles.count) {
                tiles[$0].run(input.base, output.base, width: width, size: width / heads, causal: causal)
            }
        }
    }
    return result
}

/// Some queries of one head of one sequence.
private struct AttentionTile {
    let sequence: Range<Int>
    let head: Int
    let queries: Range<Int>

    func run(
        _ qkv: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, width: Int, size: Int, causal: Bool
    ) {
        let scale = 1 / Float(size).squareRoot()
        for query in queries {
            let q = qkv + query * 3 * width + head * size
            let keys = sequence.lowerBound..<(causal ? query + 1 : sequence.upperBound)
            var weights = keys.map { key in
                let k = qkv + (key * 3 + 1) * width + head * size
                return (0..<size).reduce(Float(0)) { $0 + q[$1] * k[$1] } * scale
            }
            let peak = weights.reduce(-Float.infinity, max)
            weights = weights.map { exp($0 - peak) }
            let total = weights.reduce(0, +)
            let row = output + query * width + head * size
            for (key, weight) in zip(keys, weights) {
                let v = qkv + (key * 3 + 2) * width + head * size
                for i in 0..<size { row[i] += weight / total * v[i] }
            }
        }
    }
}
