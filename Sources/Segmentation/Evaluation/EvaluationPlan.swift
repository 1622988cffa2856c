public import Encoders

/// What is measured on a data set.
public struct EvaluationPlan: Sendable {
    /// The rules to measure, each in the same pass.
    public var rules = FusionRule.allCases
    /// Names of classes that training never saw; empty when seen and unseen are not told apart.
    public var unseen: [String] = []
    /// What is asked in place of a class's own name.
    public var synonyms: Synonyms?

    public init() {}
}
