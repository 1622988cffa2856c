import Tensors

/// Encodes a large picture in square parts and blends what they say.
///
/// A window's say at a token grows with the distance from the window's edges, so that nothing jumps where a window
/// ends; the shares at a token sum to 1. Windows run one after the other, so the bits do not depend on the threads.
struct SlidingWindow: Sendable {
    private let window: CLIPVisualEncoder.Window?
    private let patch: Int

    /// - Parameter window: nil leaves pictures whole.
    init(_ window: CLIPVisualEncoder.Window?, patch: Int) { (self.window, self.patch) = (window, patch) }

    /// Some tokens of an axis and their share in each of them.
    struct Span: Equatable {
        let tokens: Range<Int>
        let shares: [Float]
    }

    /// - Parameters:
    ///   - pixels: `[H, W, 3]`, sides multiples of the patch.
    ///   - encode: from the pixels of a window to `[h, w, C]`, a token a patch.
    /// - Returns: `[H/P, W/P, C]`, `encode(pixels)` itself where one window holds all.
    func blend(
        _ pixels: Tensor, _ context: ExecutionContext, _ encode: (Tensor) throws -> Tensor
    ) throws -> Tensor {
        let (rows, columns) = (spans(pixels.shape[0] / patch), spans(pixels.shape[1] / patch))
        guard rows.count * columns.count > 1 else { return try encode(pixels) }
        var blended: Tensor?
        for row in rows {
            for column in columns {
                try context.checkCancellation()
                let part = try encode(pixels.window(rows: inPixels(row.tokens), columns: inPixels(column.tokens)))
                let shape = [pixels.shape[0] / patch, pixels.shape[1] / patch, part.shape[2]]
                var sum = blended.take() ?? Tensor(zeros: shape)
                sum.add(part, row, column)
                blended = sum
            }
        }
        guard let blended else { preconditionFailure("a picture has a window") }
        return blended
    }

    /// The windows along an axis of `count` tokens; the last one ends where the axis does.
    func spans(_ count: Int) -> [Span] {
        let side = min(window.map { $0.side / patch } ?? count, count)
        let step = window.map { $0.stride / patch } ?? count
        let starts = Array(stride(from: 0, to: count - side, by: step)) + [count - side]
        let hat = (0..<side).map { Float(min($0 + 1, side - $0)) }
        var totals = [Float](repeating: 0, count: count)
        for start in starts { for (index, height) in hat.enumerated() { totals[start + index] += height } }
        return starts.map { start in
            Span(
                tokens: start..<start + side, shares: hat.enumerated().map { $1 / totals[start + $0] })
        }
    }

    private func inPixels(_ tokens: Range<Int>) -> Range<Int> { tokens.lowerBound * patch..<tokens.upperBound * patch }
}

extension Tensor {
    /// Adds a window's share of what it says to the map.
    fileprivate mutating func add(_ part: Tensor, _ rows: SlidingWindow.Span, _ columns: SlidingWindow.Span) {
        let (width, channels) = (shape[1], shape[2])
        withMutableSpan { sum in
            part.withSpan { part in
                var source = 0
                for (row, rowShare) in zip(rows.tokens, rows.shares) {
                    for (column, columnShare) in zip(columns.tokens, columns.shares) {
                        let (share, target) = (rowShare * columnShare, (row * width + column) * channels)
                        for channel in 0..<channels { sum[target + channel] += share * part[source + channel] }
                        source += channels
                    }
                }
            }
        }
    }
}
