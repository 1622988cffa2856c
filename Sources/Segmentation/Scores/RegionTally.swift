import Imaging
import Spectral
import Synchronization
import Tensors

/// What the scores of an answer's regions need: sums over the pixels of each.
///
/// A second pass over the picture, by bands of rows, once it is known which region has each pixel. All sums are whole
/// numbers, so they are the same for any number of threads.
struct RegionTally: Sendable {
    /// Sum over each region's pixels of the probability of its own class.
    private var confidence: [ProbabilitySum]
    /// The same of every class, region by region; empty unless asked for.
    private var probabilities: [ProbabilitySum]
    /// Pixels by region and pattern; the last region is what no region has.
    private var histogram: PatternHistogram
    private let regions: [LabelRegions.Region]
    private let classes: Int

    /// - Parameters:
    ///   - regions: of the label map that the answer made.
    ///   - classes: of the request.
    ///   - withAllClasses: whether ``runnerUp(of:)`` will be asked.
    init(
        of regions: LabelRegions, _ field: LogitField, _ segments: EigensegmentBands?, classes: Int,
        withAllClasses: Bool, _ context: ExecutionContext
    ) throws {
        let empty = RegionTally(regions.regions, segments: segments?.count ?? 0, classes, withAllClasses)
        let total = Mutex(empty)
        _ = try Bands(of: field.picture, channels: field.channels).map(context) { rows in
            let patterns = segments.patterns(of: rows, picture: field.picture)
            let part = RegionTallyPart(of: regions, field, rows, classes: withAllClasses ? classes : 0)
            total.withLock { $0.add(part, patterns) }
        }
        self = total.withLock { $0 }
    }

    private init(_ regions: [LabelRegions.Region], segments: Int, _ classes: Int, _ withAllClasses: Bool) {
        self.regions = regions
        self.classes = classes
        confidence = Array(repeating: ProbabilitySum(), count: regions.count)
        probabilities = Array(repeating: ProbabilitySum(), count: withAllClasses ? regions.count * classes : 0)
        histogram = PatternHistogram(channels: regions.count + 1, segments: segments)
    }

    private mutating func add(_ part: RegionTallyPart, _ patterns: [UInt32]) {
        histogram.add(channels: part.owners(else: regions.count), patterns: patterns)
        for (run, region) in part.regions.enumerated() {
            confidence[region] += part.confidence[run]
            guard !probabilities.isEmpty else { continue }
            for index in 0..<classes {
                probabilities[region * classes + index] += part.probabilities[run * classes + index]
            }
        }
    }

    /// Mean probability of the region's class inside it.
    func semanticScore(of region: Int) -> Double { confidence[region].value / Double(regions[region].area) }

    /// Nil when the spectral stage did not run or failed.
    func shapeScore(of region: Int) -> Double? { histogram.shapeScore(of: region) }

    /// The class, other than the region's own, whose mean probability inside it is largest, and that mean; of equals the
    /// first. Nil when the request names one class.
    func runnerUp(of region: Int) -> RegionScores.RunnerUp? {
        let others = (0..<classes).filter { $0 != Int(regions[region].label) - 1 }
        guard var best = others.first else { return nil }
        func mean(_ index: Int) -> Double {
            probabilities[region * classes + index].value / Double(regions[region].area)
        }
        for next in others.dropFirst() where mean(next) > mean(best) { best = next }
        return .init(classIndex: best, semanticScore: mean(best))
    }
}
