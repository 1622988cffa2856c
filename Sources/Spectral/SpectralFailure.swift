/// Why a picture has no usable spectrum. The picture's answer is then given without fusion.
public enum SpectralFailure: Error, Equatable, CustomStringConvertible {
    /// The tokens do not differ enough for any division of them: μ₁ of the first eigenpair past the constant one.
    case flat(eigenvalue: Float)
    /// The features or the colours hold NaN or infinity.
    case notFinite
    /// The grid is too small for the eigenpairs asked for.
    case tooFewTokens(tokens: Int, needed: Int)
    /// The eigensolver stopped above its tolerance.
    case eigenpairsNotConverged(residual: Float, tolerance: Float, passes: Int)
    /// The small dense problem within the eigensolver has no answer; the reason.
    case unsolved(String)
    /// The conjugate gradients stopped above their tolerance.
    case propagationNotConverged(residual: Float, tolerance: Float, passes: Int)

    public var description: String {
        switch self {
        case .flat(let eigenvalue):
            "spectral: the picture is flat to the encoder (first eigenvalue \(eigenvalue) of at most 1); nothing to divide"
        case .notFinite:
            "spectral: the features hold a value that is not finite; look at the encoder's weights and precision"
        case .tooFewTokens(let tokens, let needed):
            "spectral: \(tokens) tokens where \(needed) are needed; use a larger picture or fewer eigensegments"
        case .eigenpairsNotConverged(let residual, let tolerance, let passes):
            "spectral: residual \(residual) after \(passes) passes where \(tolerance) was asked; allow a larger residual"
        case .unsolved(let reason): "spectral: \(reason)"
        case .propagationNotConverged(let residual, let tolerance, let passes):
            "spectral: propagation's relative residual is \(residual) after \(passes) steps where \(tolerance) was asked; "
                + "lower alpha"
        }
    }
}
