import Encoders

/// The terms on which evidence becomes an answer: the bundle's numbers and the request's wishes.
struct AnswerTerms: Sendable {
    var scale: Float
    var fusion: FusionParameters
    var rule: FusionRule
    var presence: PresenceModel
    /// The presence score from which each class counts as present.
    var thresholds: [Double]
    var minArea: Int
    var backgroundIsOn: Bool

    func with(_ rule: FusionRule) -> AnswerTerms {
        var terms = self
        terms.rule = rule
        return terms
    }
}
