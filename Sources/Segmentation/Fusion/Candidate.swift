/// One of the regions that may replace a class: an eigensegment `E_k` or its complement.
///
/// A pixel's *pattern* holds one bit for each eigensegment: bit k is set where `E_k` holds the pixel.
struct Candidate: Sendable, Equatable {
    let segment: Int
    let complemented: Bool

    /// `E_1…E_K`, then their complements.
    static func all(of segments: Int) -> [Candidate] {
        [false, true].flatMap { complemented in
            (0..<segments).map { Candidate(segment: $0, complemented: complemented) }
        }
    }

    func holds(_ pattern: Int) -> Bool { (pattern >> segment & 1 == 1) != complemented }
}
