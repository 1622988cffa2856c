import CKernels

/// An interpolation whose output is made by bands of rows, so that a result of picture size never stands in memory.
///
/// Every row is computed alone: bands of any extent give the bits of ``interpolate(_:height:width:_:antialias:scale:_:)``.
public struct RowResampler: Sendable {
    /// Rows and columns of the whole result.
    public let height: Int
    public let width: Int
    public let channels: Int
    private let source: Source
    /// Elements of one input row.
    private let sourceRow: Int
    private let vertical: ResamplingAxis
    private let horizontal: ResamplingAxis
    private let level = resampling_best_level()

    private enum Source: Sendable {
        case floats(Tensor)
        case bytes([UInt8])
    }

    /// Parameters as in ``interpolate(_:height:width:_:antialias:scale:_:)``; `source` is `[H, W, C]`.
    public init(
        _ source: Tensor, height: Int, width: Int, _ mode: Interpolation, antialias: Bool = false,
        scale: (y: Double, x: Double)? = nil
    ) {
        self.init(.floats(source), source.shape, height, width, mode, antialias, scale)
    }

    /// The same from bytes, as pictures are decoded: values 0…255, never expanded whole.
    ///
    /// - Parameter shape: `[H, W, C]` of `bytes`.
    public init(
        bytes: [UInt8], shape: [Int], height: Int, width: Int, _ mode: Interpolation, antialias: Bool = false,
        scale: (y: Double, x: Double)? = nil
    ) {
        precondition(bytes.count == shape.reduce(1, *), "\(bytes.count) bytes for the shape \(shape)")
        self.init(.bytes(bytes), shape, height, width, mode, antialias, scale)
    }

    private init(
        _ source: Source, _ shape: [Int], _ height: Int, _ width: Int, _ mode: Interpolation, _ antialias: Bool,
        _ scale: (y: Double, x: Double)?
    ) {
        precondition(shape.count == 3, "a map is [H, W, C], not \(shape)")
        (self.source, self.height, self.width, channels) = (source, height, width, shape[2])
        sourceRow = shape[1] * shape[2]
        vertical = ResamplingAxis(input: shape[0], output: height, mode, antialias: antialias, scale: scale?.y)
        horizontal = ResamplingAxis(input: shape[1], output: width, mode, antialias: antialias, scale: scale?.x)
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

    /// The whole result `[height, width, channels]`, by bands on the context's threads.
    public func allRows(_ context: ExecutionContext) throws -> Tensor {
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
        var mixed = Tensor(uninitialized: [sourceRow])
        mixed.withUnsafeMutableBase { mixed in
            for (index, y) in range.enumerated() {
                mixRows(y, to: mixed)
                resampling_columns(
                    level, mixed, horizontal.starts, horizontal.weights, horizontal.taps,
                    output + index * width * channels, width, channels)
            }
        }
    }

    /// The one row that output row `y` is stretched from.
    private func mixRows(_ y: Int, to mixed: UnsafeMutablePointer<Float>) {
        let (start, taps) = (Int(vertical.starts[y]) * sourceRow, vertical.taps)
        let weights = Array(vertical.weights[y * taps..<(y + 1) * taps])
        switch source {
        case .floats(let tensor):
            tensor.withUnsafeBase { resampling_rows(level, $0 + start, sourceRow, weights, taps, mixed, sourceRow) }
        case .bytes(let bytes):
            bytes.withUnsafeBufferPointer {
                guard let base = $0.baseAddress else { return }
                resampling_byte_rows(level, base + start, sourceRow, weights, taps, mixed, sourceRow)
            }
        }
    }
}
