import Encoders
public import Tensors

/// Measures a segmenter on a data set: every picture is answered as a request with default options would be, and every
/// rule by the same evidence.
public struct Evaluation: Sendable {
    private let segmenter: Segmenter
    private let dataset: Dataset
    private let plan: EvaluationPlan
    private let options: SegmentationOptions

    /// - Throws: ``SegmentationError/dataset(path:problem:)`` for unseen names that the data set does not have, or a
    ///   mask that cannot be read: the background is on when a pixel of the set is none of the names asked.
    public init(of segmenter: Segmenter, on dataset: Dataset, _ plan: EvaluationPlan) throws {
        let known = Set(dataset.classes.map(ClassKey.init))
        if let unknown = plan.unseen.first(where: { !known.contains(ClassKey($0)) }) {
            throw SegmentationError.dataset(
                path: "\(dataset.directory)/classes.json", problem: "has no class \"\(unknown)\" to count as unseen")
        }
        (self.segmenter, self.dataset, self.plan) = (segmenter, dataset, plan)
        var options = SegmentationOptions()
        options.background = try dataset.hasRest() ? .auto : .none
        self.options = options
    }

    /// - Parameters:
    ///   - progress: told of each picture's stem before its turn.
    ///   - completed: called after each picture.
    /// - Throws: ``SegmentationError``, `ImagingFailure`, what the context throws to stop.
    public func run(
        _ context: ExecutionContext, progress: (String) -> Void = { _ in }, completed: () -> Void = {}
    ) throws -> EvaluationReport {
        var rules = plan.rules.map { _ in RuleMeasurement(classes: dataset.classes.count) }
        var oracle = RuleMeasurement(classes: dataset.classes.count)
        for stem in dataset.stems {
            progress(stem)
            let question = try dataset.question(stem, plan.synonyms)
            let asked = question.asked
            let encoded = try segmenter.encode(dataset.picture(stem, sized: question.truth.size, context), context)
            let text = try segmenter.embed(asked.queries, options, context)
            let evidence = try segmenter.evidence(text, encoded, context)
            let terms = segmenter.terms(asked.queries, options)
            for (index, rule) in plan.rules.enumerated() {
                let answer = try Answer(evidence, terms.with(rule), context)
                rules[index].add(PredictedRegions(answer.labelMap, asked: asked), question.truth)
                rules[index].add(answer, terms, asked, question.truth)
            }
            let unfused = try Answer(evidence, terms.with(.none), context)
            let candidates = try Oracle(question.truth, evidence.shapes, context)
            oracle.add(
                candidates.best(of: PredictedRegions(unfused.labelMap, asked: asked), asked: asked), question.truth)
            completed()
        }
        return report(rules, oracle)
    }

    private func report(_ rules: [RuleMeasurement], _ oracle: RuleMeasurement) -> EvaluationReport {
        let unseen = Set(plan.unseen.map(ClassKey.init))
        let flags = unseen.isEmpty ? [] : dataset.classes.map { unseen.contains(ClassKey($0)) }
        func figures(_ measurement: RuleMeasurement) -> EvaluationFigures {
            measurement.figures(dataset.classes, unseen: flags, hasBackground: options.background != .none)
        }
        return EvaluationReport(
            pictures: dataset.stems.count,
            rules: zip(plan.rules, rules).map { .init(rule: $0, figures: figures($1)) }, oracle: figures(oracle))
    }
}
