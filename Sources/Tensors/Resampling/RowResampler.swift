import CKernels

/// An interpolation whose output is made by bands of rows, so that a result of picture size never stands in memory.
///
/// Every row is computed alone: bands of any extent give the bits of ``interpolate(_:height:width:_:antialias:scale:_:)``.
public struct RowResampler: Sendable {
    /// Rows and columns of the whole result.
    public let height: Int
    public let width: Int
    public let channels: Int
    private let source: Tensor
    private let vertical: ResamplingAxis
    private let horizontal: ResamplingAxis
    private let level = resampling_best_level()

    /// Parameters as in ``interpolate(_:height:width:_:antialias:scale:_:)``; `source` is `[H, W, C]`.
    public init(
        _ source: Tensor, height: Int, width: Int, _ mode: Interpolation, antialias: Bool = false,
        scale: (y: Double, x: Double)? = nil
    ) {
        precondition(source.shape.count == 3, "a map is [H, W, C], not \(source.shape)")
        (self.source, self.height, self.width, channels) = (source, height, width, source.shape[2])
        vertical = ResamplingAxis(
            input: source.shape[0], output: height, mode, antialias: antialias, scale: scale?.y)
        horizontal = ResamplingAxis(
            input: source.shape[1], output: width, mode, antialias: antialias, scale: scale?.x)
    }

    /// Output rows `range` as `[range.count, width, channels]`, on the calling thread.
    public func rows(_ range: Range<Int>) -> Tensor {
        var band = Tensor(uninitialized: [range.count, width, channels])
        band.withUnsafeMutableBase { write(range, to: $0) }
        return band
    }

    /// The same into memory of exactly that many elements.
    public func rows(_ range: Range<Int>, into band: inout MutableSpan<Float>) {
        precondition(band.count == range.count * width * channels, "a band of \(band.count) for \(range.count) rows")
        band.withUnsafeMutableBufferPointer { band in
            if let base = band.baseAddress { write(range, to: base) }
        }
    }

    /// The whole result, by bands on the context's threads.
    func allRows(_ context: ExecutionContext) throws -> Tensor {
        let row = width * channels
        let band = max(1, 1 << 16 / max(row, 1))
        var result = Tensor(uninitialized: [height, width, channels])
        try result.withUnsafeMutableBase { base in
            let base = Writable(base)
            try context.forEach((height + band - 1) / band) { item in
                let start = item * band
                write(start..<min(start + band, height), to: base.base + start * row)
            }
        }
        return result
    }

    /// First down the columns, where any number of channels is one long row, then along it.
    private func write(_ range: Range<Int>, to output: UnsafeMutablePointer<Float>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= height, "rows \(range) of \(height)")
        let row = source.shape[1] * channels
        var mixed = Tensor(uninitialized: [row])
        source.withUnsafeBase { input in
            mixed.withUnsafeMutableBase { mixed in
                for (index, y) in range.enumerated() {
                    vertical.weights.withUnsafeBufferPointer { weights in
                        guard let weights = weights.baseAddress else { return }
                        resampling_rows(
                            level, input + Int(vertical.starts[y]) * row, row, weights + y * vertical.taps,
                            vertical.taps, mixed, row)
                    }
                    resampling_columns(
                        level, mixed, horizontal.starts, horizontal.weights, horizontal.taps,
                        output + index * width * channels, width, channels)
                }
            }
        }
    }
}
