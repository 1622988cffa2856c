/// How logits and eigensegments become one answer; no rule sees a ground truth.
public enum FusionRule: String, Sendable, CaseIterable {
    /// The argmax of the logits.
    case none
    /// Classes whose pixels agree with an eigensegment take its shape (the paper's Φ_FUSE).
    case select
    /// Logits are smoothed over the affinity graph.
    case propagate
    /// ``propagate``, then ``select`` on its logits.
    case selectAfterPropagate = "select+propagate"

    var selects: Bool { self == .select || self == .selectAfterPropagate }
    var propagates: Bool { self == .propagate || self == .selectAfterPropagate }
}

/// The numbers of the fusion rules, tuned on seen classes and stored in the bundle.
public struct FusionParameters: Sendable, Equatable {
    /// The IoU from which an eigensegment replaces a class's pixels, 0…1.
    public var tau: Float
    /// By how much the taker's logit may fall short of the logit of the class that it displaces, at least 0.
    public var gamma: Float
    /// Weight of the graph's Laplacian in the propagation, at least 0.
    public var alpha: Float

    public init(tau: Float, gamma: Float, alpha: Float) {
        self.tau = tau
        self.gamma = gamma
        self.alpha = alpha
    }
}
