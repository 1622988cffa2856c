public import Encoders
public import Tensors

/// What the rules reach on a data set.
public struct EvaluationReport: Sendable, Equatable {
    public let pictures: Int
    /// In the order of the plan.
    public let rules: [RuleFigures]
    /// The best of all candidates by the ground truth. *Oracle, uses the answer*: never a result.
    public let oracle: EvaluationFigures

    public struct RuleFigures: Sendable, Equatable {
        public let rule: FusionRule
        public let figures: EvaluationFigures
    }

    /// `{"pictures", "rules": {"none": {…}, …}, "oracle": {…}}`, figures in percent with two digits.
    public var json: JSONValue {
        [
            "pictures": JSONValue(pictures),
            "rules": .object(rules.map { .init($0.rule.rawValue, .object($0.figures.members)) }),
            "oracle": .object([.init("label", "oracle, uses the answer")] + oracle.members),
        ]
    }
}

extension EvaluationFigures {
    fileprivate var members: [JSONValue.Member] {
        let figures: [JSONValue.Member] = [
            .init("miou", .percent(miou)), .init("seen_miou", .percent(seenMIoU)),
            .init("unseen_miou", .percent(unseenMIoU)), .init("harmonic", .percent(harmonic)),
            .init("fb_iou", .percent(fbIoU)), .init("boundary_f", .percent(boundaryF)),
            .init("classes", .object(classes.map { .init($0.name, .percent($0.iou)) })),
        ]
        return figures + (presence.map { [.init("presence", $0.json)] } ?? [])
    }
}

extension PresenceFigures {
    fileprivate var json: JSONValue {
        [
            "present_asked": JSONValue(presentAsked), "absent_asked": JSONValue(absentAsked),
            "balanced_accuracy": .percent(balancedAccuracy), "absent_called_present": .percent(absentCalledPresent),
            "balanced_accuracy_by_score": .percent(balancedAccuracyByScore),
            "absent_called_present_by_score": .percent(absentCalledPresentByScore),
        ]
    }
}

extension JSONValue {
    fileprivate static func percent(_ share: Double?) -> JSONValue {
        share.map { .rounded(100 * $0, places: 2) } ?? .null
    }
}
