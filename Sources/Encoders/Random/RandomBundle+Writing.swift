import Foundation
import Synchronization
public import Tensors

extension RandomBundle {
    /// Writes the bundle into a new folder, which has its name only once it is complete.
    ///
    /// Memory is bounded by a few megabytes a thread, whatever the size of the weights.
    ///
    /// - Parameters:
    ///   - directory: must not exist; the folder that it lies in must.
    ///   - progress: told of the bytes of weights written so far, and in all.
    /// - Throws: ``BundleError``, ``SafetensorsError``; what the context throws to stop. Nothing is left behind then.
    public func write(
        to directory: String, _ context: ExecutionContext,
        progress: (_ written: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        let folder = try NewFolder(directory)
        let tokenizer = SyntheticTokenizer(tokens: tokens)
        var complete = configuration
        complete.files = [
            configuration.text.vocabulary: try folder.write(tokenizer.vocabulary, to: configuration.text.vocabulary),
            configuration.text.merges: try folder.write(tokenizer.merges, to: configuration.text.merges),
        ]
        let layouts = try configuration.layouts(
            BytePairTokenizer(vocabulary: tokenizer.vocabulary, merges: tokenizer.merges))
        let total = layouts.reduce(0) { $0 + $1.layout.count } * MemoryLayout<Float>.size
        var written = 0
        for (file, layout) in layouts {
            complete.files[file] = try write(layout, to: folder.place(of: file), context) {
                written += $0
                progress(written, total)
            }
        }
        _ = try folder.write(Array((complete.json.indented + "\n").utf8), to: "bundle.json")
        try folder.commit()
    }

    /// - Parameter progress: told of the bytes that each step has added.
    /// - Returns: the file's SHA-256.
    private func write(
        _ layout: WeightLayout, to path: String, _ context: ExecutionContext, progress: (Int) -> Void
    ) throws -> String {
        let weights = RandomWeights(seed: seed)
        let writer = try SafetensorsWriter(path: path, layout: layout)
        var pieces = WeightPiece.pieces(of: layout)[...]
        while !pieces.isEmpty {
            let next = Array(pieces.prefix(8 * context.team.threads))
            pieces = pieces.dropFirst(next.count)
            let made = Mutex([Tensor?](repeating: nil, count: next.count))
            try context.forEach(next.count) { index in
                let tensor = weights.rows(next[index].rows, of: next[index].entry)
                made.withLock { $0[index] = tensor }
            }
            let tensors = made.withLock { $0.compactMap(\.self) }
            try tensors.forEach(writer.append)
            progress(tensors.reduce(0) { $0 + $1.count } * MemoryLayout<Float>.size)
        }
        return try writer.finish()
    }
}

/// Some rows of a tensor, few enough to be held in memory.
private struct WeightPiece: Sendable {
    let entry: WeightLayout.Entry
    let rows: Range<Int>

    private static let elements = 1 << 18

    static func pieces(of layout: WeightLayout) -> [WeightPiece] {
        layout.entries.flatMap { entry in
            let rows = entry.shape.first ?? 1
            let step = max(1, elements / max(1, entry.count / max(1, rows)))
            return stride(from: 0, to: rows, by: step).map {
                WeightPiece(entry: entry, rows: $0..<min($0 + step, rows))
            }
        }
    }
}
