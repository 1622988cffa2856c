/// What `select` decides about the classes of one picture, and how it then decides about each pixel.
///
/// For each class present in `A`, `k* = argmax IoU(candidate, P_c)`; when that IoU ≥ τ, the class is *replaced*: its
/// region becomes the candidate. The background is a class here, but is never replaced.
struct Selection: Sendable, Equatable {
    /// The region of each channel that was replaced.
    let regions: [Candidate?]
    /// Channels that are present in `A` and not replaced, ascending.
    let kept: [Int]
    /// For each pattern, the replaced channels whose regions hold it, ascending.
    private let takers: [[Int]]
    private let gamma: Float

    /// - Parameters:
    ///   - histogram: pixels of `A` by channel and pattern.
    ///   - background: the background's channel, nil when it is off.
    init(of histogram: PatternHistogram, background: Int?, tau: Float, gamma: Float) {
        let present = (0..<histogram.channels).filter { histogram.area(of: $0) > 0 }
        var regions = [Candidate?](repeating: nil, count: histogram.channels)
        for channel in present where channel != background {
            regions[channel] = Self.bestCandidate(for: channel, in: histogram, atLeast: Double(tau))
        }
        self.regions = regions
        self.gamma = gamma
        kept = present.filter { regions[$0] == nil }
        takers = histogram.patterns.map { pattern in
            present.filter { regions[$0]?.holds(pattern) ?? false }
        }
    }

    /// The first candidate of the largest IoU, when that reaches `threshold`.
    private static func bestCandidate(
        for channel: Int, in histogram: PatternHistogram, atLeast threshold: Double
    ) -> Candidate? {
        let scored = Candidate.all(of: histogram.segments).map { candidate in
            (candidate, histogram.overlap(of: channel, with: candidate.holds))
        }
        guard var best = scored.first else { return nil }
        for next in scored.dropFirst() where next.1 > best.1 { best = next }
        return best.1 >= threshold ? best.0 : nil
    }

    /// The channel of a pixel whose channel in `A` is `channel`.
    func channel(insteadOf channel: Int, pattern: Int, logits: PixelLogits) -> Int {
        let replaced = regions[channel] != nil
        if let region = regions[channel], region.holds(pattern) { return channel }
        // A replaced channel that lost the pixel is not among the takers of its pattern.
        if let taker = logits.argmax(of: takers[pattern]),
            replaced || logits[channel] - logits[taker] <= gamma
        {
            return taker
        }
        guard replaced else { return channel }
        return logits.argmax(of: kept) ?? channel
    }
}
