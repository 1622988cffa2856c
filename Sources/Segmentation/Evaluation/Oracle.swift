import Spectral
import Tensors

/// The best of all candidates by the ground truth, which no inference can see: *oracle, uses the answer*.
///
/// For each class that occurs in a picture: of its own region, the eigensegments and their complements, the one of the
/// largest IoU with the truth. The released test code of the paper scored itself so. Other classes keep their region.
struct Oracle: Sendable {
    private let truth: GroundTruth
    private let patterns: [UInt32]
    private let histogram: PatternHistogram

    /// - Parameter patterns: the eigensegments at each pixel.
    init(_ truth: GroundTruth, patterns: [UInt32], segments: Int) {
        self.truth = truth
        self.patterns = patterns
        let known = truth.labels.indices.filter { truth.labels[$0] != GroundTruth.ignored }
        var histogram = PatternHistogram(channels: Int(GroundTruth.ignored), segments: segments)
        histogram.add(channels: known.map { UInt16(truth.labels[$0]) }, patterns: known.map { patterns[$0] })
        self.histogram = histogram
    }

    /// - Parameter shapes: what the spectral stage found; without eigensegments no candidate beats a class's own region.
    init(_ truth: GroundTruth, _ shapes: SpectralOutcome, _ context: ExecutionContext) throws {
        let size = truth.size
        let segments = shapes.shapes.map { EigensegmentBands($0.spectrum, height: size.height, width: size.width) }
        let patterns = try Bands(of: size, channels: 1).map(context) { segments.patterns(of: $0, picture: size) }
        self.init(truth, patterns: patterns.flatMap(\.self), segments: segments?.count ?? 0)
    }

    /// - Parameter regions: of the unfused answer to `asked`.
    func best(of regions: PredictedRegions, asked: AskedNames) -> PredictedRegions {
        var best = PredictedRegions(pixels: patterns.count)
        for label in asked.labels.compactMap(\.self) {
            let own = regions.masks[label] ?? patterns.map { _ in false }
            let region = candidate(for: label, betterThan: truth.counts(of: label, in: own).iou ?? 0)
            best.add(region.map { region in patterns.map { region.holds(Int($0)) } } ?? own, to: label)
        }
        return best
    }

    private func candidate(for label: UInt8, betterThan bound: Double) -> Candidate? {
        var best: (candidate: Candidate?, overlap: Double) = (nil, bound)
        for candidate in Candidate.all(of: histogram.segments) {
            let overlap = histogram.overlap(of: Int(label), with: candidate.holds)
            if overlap > best.overlap { best = (candidate, overlap) }
        }
        return best.candidate
    }
}
