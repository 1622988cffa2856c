import CKernels

/// Multi-head attention of packed projections, softmax(q·kᵀ / √d)·v for each head;
/// `torch.nn.functional.scaled_dot_product_attention` between the split and the concatenation of the heads.
///
/// By tiles of queries and blocks of keys with a running maximum (Milakov & Gimelshein 2018, Dao et al. 2022): the
/// weights never stand whole. A token's answer has the same bits for any number of threads and whatever the other
/// sequences hold; a causal one whatever comes after it.
/// - Parameters:
///   - qkv: `[ΣN, 3·D]`, each row q | k | v; head h takes columns h·d ..< (h + 1)·d of each, d = D / heads.
///   - causal: whether a token sees only itself and those before it in its sequence.
///   - sequences: ranges of rows that see only each other, ascending; nil means that all rows are one sequence. Rows
///     outside every range stay 0.
///   - precision: the format of the products' factors; sums and softmax are fp32. A processor without bf16 takes fp32.
/// - Returns: `[ΣN, D]`
/// - Throws: what the context throws to stop.
public func attention(
    qkv: Tensor, heads: Int, causal: Bool = false, sequences: [Range<Int>]? = nil, precision: Precision = .fp32,
    _ context: ExecutionContext
) throws -> Tensor {
    precondition(qkv.shape.count == 2 && heads > 0 && qkv.shape[1] % (3 * heads) == 0, "\(qkv.shape), \(heads) heads")
    let plan = AttentionPlan(
        width: qkv.shape[1] / 3, heads: heads, causal: causal, sequences: sequences ?? [0..<qkv.shape[0]],
        tokens: qkv.shape[0], level: .best(for: precision))
    return try plan(qkv, context)
}

extension attention_level {
    /// The fastest level of this processor.
    static func best(for precision: Precision) -> attention_level {
        let wanted = precision == .bf16 ? [attention_bf16] : []
        return (wanted + [attention_avx512, attention_avx2]).first { attention_has_level($0) == 1 }
            ?? attention_portable
    }
}
