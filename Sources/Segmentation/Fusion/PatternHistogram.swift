/// How many pixels of each channel have each pattern of eigensegments.
///
/// The areas and intersections of all channels with all candidates, and with unions of candidates, follow from it.
struct PatternHistogram: Sendable, Equatable {
    /// The most eigensegments: there are 2ᴷ patterns.
    static let segmentLimit = 8

    let channels: Int
    let segments: Int
    private var counts: [Int]
    /// Pixels of any channel, by pattern.
    private var totals: [Int]

    var patterns: Range<Int> { 0..<1 << segments }

    init(channels: Int, segments: Int) {
        precondition(segments <= Self.segmentLimit, "patterns of \(segments) eigensegments are too many to count")
        self.channels = channels
        self.segments = segments
        counts = [Int](repeating: 0, count: channels << segments)
        totals = [Int](repeating: 0, count: 1 << segments)
    }

    /// Counts pixels given by their channels and their patterns.
    mutating func add<Channel: BinaryInteger>(channels: [Channel], patterns: [UInt32]) {
        for (channel, pattern) in zip(channels, patterns) {
            counts[Int(channel) << segments | Int(pattern)] += 1
            totals[Int(pattern)] += 1
        }
    }

    mutating func add(_ other: PatternHistogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
        for index in totals.indices { totals[index] += other.totals[index] }
    }

    subscript(channel: Int, pattern: Int) -> Int { counts[channel << segments | pattern] }

    /// |P_c|, pixels.
    func area(of channel: Int) -> Int { patterns.reduce(0) { $0 + self[channel, $1] } }

    /// The IoU of the channel's pixels with the region of the patterns that `region` accepts; 0 when both are empty.
    func overlap(of channel: Int, with region: (_ pattern: Int) -> Bool) -> Double {
        var intersection = 0
        var union = area(of: channel)
        for pattern in patterns where region(pattern) {
            intersection += self[channel, pattern]
            union += totals[pattern] - self[channel, pattern]
        }
        return union == 0 ? 0 : Double(intersection) / Double(union)
    }
}
