import Synchronization
import Tensors

/// The rows of a picture in bands, the unit of work and of cancellation.
///
/// The split depends on the picture and the channels alone, never on the threads, so sums in band order are the same
/// for any number of threads.
struct Bands: Sendable {
    let ranges: [Range<Int>]

    /// Bands whose logits take about 1 MB each, at least one row.
    init(of picture: PictureSize, channels: Int) {
        let rows = max(1, (1 << 18) / (picture.width * max(channels, 1)))
        ranges = stride(from: 0, to: picture.height, by: rows).map { $0..<min($0 + rows, picture.height) }
    }

    /// The results of `body` for each band, in order of the bands. Throws the first error, or cancellation.
    func map<R: Sendable>(
        _ context: ExecutionContext, _ body: @Sendable (_ rows: Range<Int>) throws -> R
    ) throws -> [R] {
        let results = Mutex([R?](repeating: nil, count: ranges.count))
        try context.forEach(ranges.count) { band in
            let result = try body(ranges[band])
            results.withLock { $0[band] = result }
        }
        return results.withLock { $0.compactMap(\.self) }
    }
}
