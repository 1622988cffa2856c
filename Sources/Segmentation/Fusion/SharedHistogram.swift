import Synchronization

/// A histogram that the bands of a picture add to; whole numbers, so their order does not matter.
final class SharedHistogram: Sendable {
    private let total: Mutex<PatternHistogram>
    private let empty: PatternHistogram

    init(channels: Int, segments: Int) {
        empty = PatternHistogram(channels: channels, segments: segments)
        total = Mutex(empty)
    }

    /// Counts the pixels of one band.
    func add(channels: [UInt16], patterns: [UInt32]) {
        var band = empty
        band.add(channels: channels, patterns: patterns)
        total.withLock { $0.add(band) }
    }

    var value: PatternHistogram { total.withLock { $0 } }
}
