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
