/// What one rule's answers to a data set add up to.
struct RuleMeasurement: Sendable {
    /// By label, counted from 1.
    private var classes: [RegionCounts]
    private var foreground = RegionCounts()
    private var background = RegionCounts()
    private var boundaries: [Double] = []
    /// By the verdict of the answer.
    private var verdicts = PresenceCounts()
    /// By the presence score alone, which decides nothing when the background is off.
    private var scores = PresenceCounts()

    init(classes: Int) { self.classes = Array(repeating: RegionCounts(), count: classes) }

    /// Adds the regions of one picture.
    mutating func add(_ regions: PredictedRegions, _ truth: GroundTruth) {
        let boundary = BoundaryScore(truth)
        var outlines: [Double] = []
        let nothing = [Bool](repeating: false, count: truth.labels.count)
        let occurring = truth.classes
        for label in occurring.union(regions.masks.keys).sorted() {
            let mask = regions.masks[label] ?? nothing
            classes[Int(label) - 1] += truth.counts(of: label, in: mask)
            guard occurring.contains(label) else { continue }
            outlines.append(boundary.score(predicted: mask, truth: truth.labels.map { $0 == label }))
        }
        if !outlines.isEmpty { boundaries.append(outlines.reduce(0, +) / Double(outlines.count)) }
        foreground += truth.counts(regions.foreground) { $0 != 0 }
        background += truth.counts(regions.foreground.map(!)) { $0 == 0 }
    }

    /// Adds what one picture's answer says about presence.
    mutating func add(_ answer: Answer, _ terms: AnswerTerms, _ asked: AskedNames, _ truth: GroundTruth) {
        for (index, label) in asked.labels.enumerated() {
            let isThere = label.map(truth.occurs) ?? false
            verdicts.add(isThere: isThere, found: answer.verdict.present[index])
            scores.add(isThere: isThere, found: answer.presenceScores[index] >= terms.thresholds[index])
        }
    }

    /// - Parameters:
    ///   - names: the data set's classes.
    ///   - unseen: whether each was unseen; empty when that is not asked.
    ///   - hasBackground: whether FB-IoU has a meaning.
    func figures(_ names: [String], unseen: [Bool], hasBackground: Bool) -> EvaluationFigures {
        func mean(where isIncluded: (Int) -> Bool) -> Double? {
            let included = classes.indices.filter { classes[$0].truth > 0 && isIncluded($0) }
            guard !included.isEmpty else { return nil }
            return included.reduce(0) { $0 + (classes[$1].iou ?? 0) } / Double(included.count)
        }
        let seen = unseen.isEmpty ? nil : mean { !unseen[$0] }
        let new = unseen.isEmpty ? nil : mean { unseen[$0] }
        let sides = [foreground.iou, background.iou].compactMap(\.self)
        return EvaluationFigures(
            miou: mean { _ in true }, seenMIoU: seen, unseenMIoU: new,
            harmonic: Self.harmonicMean(seen, new),
            fbIoU: hasBackground && !sides.isEmpty ? sides.reduce(0, +) / Double(sides.count) : nil,
            boundaryF: boundaries.isEmpty ? nil : boundaries.reduce(0, +) / Double(boundaries.count),
            classes: names.indices.map { .init(name: names[$0], iou: classes[$0].truth > 0 ? classes[$0].iou : nil) },
            presence: PresenceFigures(verdicts: verdicts, scores: scores))
    }

    private static func harmonicMean(_ a: Double?, _ b: Double?) -> Double? {
        guard let a, let b else { return nil }
        return a + b > 0 ? 2 * a * b / (a + b) : 0
    }
}
