extension PatternHistogram {
    /// How well a channel's pixels agree with the picture's own shapes, 0…1: the largest IoU with one candidate or with
    /// the union of two; nil without eigensegments.
    func shapeScore(of channel: Int) -> Double? {
        let candidates = Candidate.all(of: segments)
        // A candidate united with itself is that candidate.
        let unions = candidates.indices.flatMap { first in
            candidates[first...].map { second in
                overlap(of: channel) { candidates[first].holds($0) || second.holds($0) }
            }
        }
        return unions.max()
    }
}
