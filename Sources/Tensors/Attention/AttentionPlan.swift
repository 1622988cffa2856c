import CKernels

/// How one call of attention is cut into items: first each head of each sequence is packed, then each tile of its
/// queries is answered. The cut depends on the shapes alone.
struct AttentionPlan: Sendable {
    private let width: Int
    private let size: Int
    private let causal: Bool
    private let level: attention_level
    private let heads: [Head]
    private let tiles: [Tile]
    private let packedCount: Int

    /// One head of one sequence.
    private struct Head {
        let rows: Range<Int>
        let column: Int
        /// Where its packed keys and values begin.
        let packed: Int
    }

    /// Some queries of a head, counted from its sequence's start.
    private struct Tile {
        let head: Int
        let queries: Range<Int>
    }

    init(width: Int, heads: Int, causal: Bool, sequences: [Range<Int>], tokens: Int, level: attention_level) {
        precondition(
            (sequences.first?.lowerBound ?? 0) >= 0 && (sequences.last?.upperBound ?? 0) <= tokens
                && zip(sequences, sequences.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound },
            "sequences \(sequences) of \(tokens) rows overlap, descend or lie outside")
        (self.width, size, self.causal, self.level) = (width, width / heads, causal, level)
        var (all, tiles, packed) = ([Head](), [Tile](), 0)
        for rows in sequences where !rows.isEmpty {
            for head in 0..<heads {
                for first in stride(from: 0, to: rows.count, by: attention_tile) {
                    tiles.append(Tile(head: all.count, queries: first..<min(first + attention_tile, rows.count)))
                }
                all.append(Head(rows: rows, column: head * size, packed: packed))
                packed += attention_packed_floats(rows.count, size)
            }
        }
        (self.heads, self.tiles, packedCount) = (all, tiles, packed)
    }

    func callAsFunction(_ qkv: Tensor, _ context: ExecutionContext) throws -> Tensor {
        var (result, packed) = (Tensor(zeros: [qkv.shape[0], width]), Tensor(uninitialized: [packedCount]))
        try result.withUnsafeMutableBase { result in
            try packed.withUnsafeMutableBase { packed in
                try qkv.withUnsafeBase { input in
                    try run(Readable(input), Writable(packed), Writable(result), context)
                }
            }
        }
        return result
    }

    private func run(_ qkv: Readable, _ packed: Writable, _ result: Writable, _ context: ExecutionContext) throws {
        try context.forEach(heads.count) {
            attention_pack(level, kernelHead(heads[$0], qkv, result), packed.base + heads[$0].packed)
        }
        try context.forEach(tiles.count) {
            let (tile, head) = (tiles[$0], heads[tiles[$0].head])
            var scratch = Tensor(uninitialized: [attention_scratch_floats(size)])
            scratch.withUnsafeMutableBase {
                attention_run(
                    level, kernelHead(head, qkv, result), packed.base + head.packed, tile.queries.lowerBound,
                    tile.queries.upperBound, $0)
            }
        }
    }

    private func kernelHead(_ head: Head, _ qkv: Readable, _ result: Writable) -> attention_head {
        let first = qkv.base + head.rows.lowerBound * 3 * width + head.column
        return attention_head(
            q: first, k: first + width, v: first + 2 * width,
            output: result.base + head.rows.lowerBound * width + head.column, stride: 3 * width, output_stride: width,
            tokens: head.rows.count, size: size, causal: causal ? 1 : 0)
    }
}
