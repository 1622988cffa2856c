public import Tensors

/// The first divisions of a picture's graph: the smallest eigenpairs of (D − W)·v = μ·D·v past the constant one.
public struct Spectrum: Sendable {
    /// μ₁ ≤ μ₂ ≤ …, from 0 to 2.
    public let eigenvalues: [Float]
    /// `[K, N]`, row k to the eigenvalue k, vᵀ·D·v = 1; none has more positive entries than others.
    public let eigenvectors: Tensor
    /// ‖S·u − σ·u‖₂ of each, with u = D^½·v of length 1, S = D^-½·W·D^-½ and σ = 1 − μ.
    public let residuals: [Float]
    /// The token grid.
    public let height, width: Int

    /// The number of eigenpairs; less than was asked for when the rest of the graph has no divisions.
    public var count: Int { eigenvalues.count }
}

/// An eigenvalue σ of S up to this is one of the many near 0 that rounding makes: its vector divides nothing.
private let noise: Float = 1e-4

/// The `count` smallest eigenpairs of (D − W)·v = μ·D·v past the constant one.
///
/// They are the largest of S = D^-½·W·D^-½, found by block Krylov iteration (``BlockKrylov``) and carried back by
/// v = D^-½·u. Equals `scipy.linalg.eigh(D - W, D)` but for its first pair and for the vectors' signs.
///
/// - Parameters:
///   - count: K, at least 1.
///   - tolerance: the largest residual ‖S·u − σ·u‖₂ of an answer.
/// - Throws: ``SpectralFailure``; what the context throws.
public func spectrum(
    of affinity: Affinity, count: Int, tolerance: Float = 1e-4, _ context: ExecutionContext
) throws -> Spectrum {
    precondition(count > 0, "a spectrum has at least one eigenpair")
    guard affinity.tokens >= count + 2 else {
        throw SpectralFailure.tooFewTokens(tokens: affinity.tokens, needed: count + 2)
    }
    let pairs = try largestPairs(of: affinity, count: count, tolerance: tolerance, context)
    let kept = pairs.values.prefix { $0 > noise }.count
    guard kept > 0 else { throw SpectralFailure.flat(eigenvalue: 1 - (pairs.values.first ?? 0)) }
    return Spectrum(
        eigenvalues: pairs.values.prefix(kept).map { 1 - $0 },
        eigenvectors: carriedBack(pairs.vectors.rows(0..<kept), affinity.inverseRoots),
        residuals: Array(pairs.residuals.prefix(kept)), height: affinity.height, width: affinity.width)
}

private func largestPairs(
    of affinity: Affinity, count: Int, tolerance: Float, _ context: ExecutionContext
) throws -> EigenPairs {
    do {
        return affinity.tokens <= DenseSolver.largest
            ? try DenseSolver.largestPairs(of: affinity, count: count, context)
            : try BlockKrylov.largestPairs(of: affinity, count: count, tolerance: tolerance, context)
    } catch let error as EigenError {
        throw SpectralFailure.unsolved(error.description)
    }
}

/// v = D^-½·u, flipped when more than half of its entries are positive.
private func carriedBack(_ vectors: Tensor, _ inverseRoots: [Float]) -> Tensor {
    let tokens = inverseRoots.count
    return Tensor(vectors.shape) { result in
        vectors.withSpan { vectors in
            for start in stride(from: 0, to: vectors.count, by: tokens) {
                let positive = (0..<tokens).count { vectors[start + $0] > 0 }
                let sign: Float = 2 * positive > tokens ? -1 : 1
                for token in 0..<tokens { result[start + token] = sign * inverseRoots[token] * vectors[start + token] }
            }
        }
    }
}
