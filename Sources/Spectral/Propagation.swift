public import Tensors

/// The most conjugate-gradient steps; the condition number is at most 1 + 2·α.
private let stepLimit = 200

/// Label propagation over the graph: Y = (I + α·L_sym)⁻¹ · logits, with L_sym = I − S.
///
/// Solved for all classes at once by conjugate gradients, each column to a residual of `tolerance` times its length.
/// Zhou et al., *Learning with Local and Global Consistency*, 2004.
///
/// - Parameters:
///   - logits: `[N, C]` on the affinity's token grid.
///   - alpha: α ≥ 0; 0 gives the logits back.
/// - Returns: `[N, C]`
/// - Throws: ``SpectralFailure``; what the context throws.
public func propagate(
    _ logits: Tensor, on affinity: Affinity, alpha: Float, tolerance: Float = 1e-4, _ context: ExecutionContext
) throws -> Tensor {
    precondition(
        logits.shape.count == 2 && logits.shape[0] == affinity.tokens && alpha >= 0,
        "logits \(logits.shape), alpha \(alpha) on \(affinity.tokens) tokens")
    let right = ColumnBlock(logits)
    guard right.squaredLengths().allSatisfy(\.isFinite) else { throw SpectralFailure.notFinite }
    var normalized = affinity.normalized
    var system = ConjugateGradients(right: right, diagonal: 1 + alpha, alpha: alpha, tolerance: tolerance)
    for _ in 0..<stepLimit where !system.hasConverged {
        try system.step(product: normalized(system.direction, context), context)
    }
    guard system.hasConverged else {
        throw SpectralFailure.propagationNotConverged(
            residual: system.relativeResidual, tolerance: tolerance, passes: stepLimit)
    }
    return system.solution.matrix(columns: logits.shape[1])
}
