import Tensors

/// All eigenpairs of a small graph at once, where a Krylov space would soon hold every vector there is.
enum DenseSolver {
    /// The largest number of tokens solved so.
    static let largest = 256

    /// The largest eigenpairs of S past the constant one, which is moved to the far end by S − 3·c·cᵀ.
    static func largestPairs(of affinity: Affinity, count: Int, _ context: ExecutionContext) throws -> EigenPairs {
        let (roots, constant) = (affinity.inverseRoots, affinity.constantVector)
        let weights = affinity.normalized.matrix.dense()
        let tokens = affinity.tokens
        let shifted = Tensor([tokens, tokens]) { result in
            weights.withSpan { weights in
                for row in 0..<tokens {
                    for column in 0..<tokens {
                        let place = row * tokens + column
                        result[place] =
                            weights[place] * roots[row] * roots[column] - 3 * constant[row] * constant[column]
                    }
                }
            }
        }
        let (values, vectors) = try symmetricEigen(shifted)
        let wanted = (0..<count).map { tokens - 1 - $0 }
        let rows = Tensor([count, tokens], wanted.flatMap { vectors.rows($0..<$0 + 1).values })
        let sigmas = wanted.map { values[$0] }
        return EigenPairs(
            values: sigmas, vectors: rows, residuals: try residuals(rows, sigmas, affinity.normalized, context))
    }

    /// ‖S·u − σ·u‖₂ for each row u of `vectors`.
    static func residuals(
        _ vectors: Tensor, _ values: [Float], _ normalized: ScaledOperator, _ context: ExecutionContext
    ) throws -> [Float] {
        var normalized = normalized
        let block = ColumnBlock(vectors.transposed)
        var difference = try normalized(block, context)
        difference.add(block, times: .diagonal(values.map { -$0 }, size: ColumnBlock.width * block.groups))
        return difference.squaredLengths().prefix(values.count).map { $0.squareRoot() }
    }
}
