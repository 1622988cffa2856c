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
}
