import Tensors

/// The largest eigenpairs of S from a growing block Krylov space, by Rayleigh–Ritz with true residuals.
///
/// Each pass over S adds the block S·V to the space; the space stays orthonormal, so that the projection VᵀSV holds the
/// Ritz values. Saad, *Numerical Methods for Large Eigenvalue Problems*, 2011, §6.
struct BlockKrylov {
    private var normalized: ScaledOperator
    private let constant: ColumnBlock
    private var basis: [ColumnBlock] = []
    private var images: [ColumnBlock] = []
    /// VᵀSV by rows.
    private var projection: [[Float]] = []
    private let count: Int

    /// The most passes over S.
    static let passLimit = 40

    /// The `count` largest eigenpairs past the constant one, each with ‖S·u − σ·u‖₂ ≤ `tolerance`.
    static func largestPairs(
        of affinity: Affinity, count: Int, tolerance: Float, _ context: ExecutionContext
    ) throws -> EigenPairs {
        var space = BlockKrylov(affinity, count: count)
        var block = StartBlock.make(tokens: affinity.tokens, count: count)
        var residual = Float.infinity
        let limit = min(passLimit, (affinity.tokens - 1) / (ColumnBlock.width * block.groups))
        for pass in 1...limit {
            try context.checkCancellation()
            let image = try space.extend(by: block, context)
            guard pass > 1 || limit == 1 else {
                block = image
                continue
            }
            let pairs = try space.ritzPairs()
            residual = pairs.residuals.max() ?? 0
            if residual <= tolerance { return pairs }
            block = image
        }
        throw SpectralFailure.eigenpairsNotConverged(residual: residual, tolerance: tolerance, passes: limit)
    }

    private init(_ affinity: Affinity, count: Int) {
        normalized = affinity.normalized
        constant = ColumnBlock(Tensor([affinity.tokens, 1], affinity.constantVector))
        self.count = count
    }

    /// Adds the directions of `block` to the space and returns their image under S.
    private mutating func extend(by block: ColumnBlock, _ context: ExecutionContext) throws -> ColumnBlock {
        let added = Orthonormal.block(block, against: [constant] + basis)
        let image = try normalized(added, context)
        basis.append(added)
        images.append(image)
        let columns = basis.map { $0.crossProduct(image).values }
        let width = ColumnBlock.width * added.groups
        for (index, column) in columns.dropLast().enumerated() {
            for row in 0..<width { projection[index * width + row] += column[row * width..<(row + 1) * width] }
        }
        for row in 0..<width {
            projection.append(columns.flatMap { column in (0..<width).map { column[$0 * width + row] } })
        }
        return image
    }

    private func ritzPairs() throws -> EigenPairs {
        let size = projection.count
        let symmetric = Tensor(
            [size, size],
            (0..<size * size).map {
                let (row, column) = ($0 / size, $0 % size)
                return (projection[row][column] + projection[column][row]) / 2
            })
        let (values, vectors) = try symmetricEigen(symmetric)
        let sigmas = (0..<count).map { values[size - 1 - $0] }
        let weights = Weights(vectors: vectors, count: count, groups: basis[0].groups)
        let ritz = combination(basis, weights)
        var difference = combination(images, weights)
        difference.add(ritz, times: .diagonal(sigmas.map { -$0 }, size: ColumnBlock.width * ritz.groups))
        return EigenPairs(
            values: sigmas, vectors: ritz.matrix(columns: count).transposed,
            residuals: difference.squaredLengths().prefix(count).map { $0.squareRoot() })
    }

    /// Σⱼ blockⱼ · weightsⱼ
    private func combination(_ blocks: [ColumnBlock], _ weights: Weights) -> ColumnBlock {
        var result = ColumnBlock(rows: constant.rows, groups: constant.groups * weights.groups)
        for (index, block) in blocks.enumerated() { result.add(block, times: weights.block(index)) }
        return result
    }
}

/// The leading eigenvectors of the projection as the coefficients of each block of the basis.
private struct Weights {
    let vectors: Tensor
    let count, groups: Int

    /// `[8·groups, 8·groups]`: column k belongs to eigenvector k, largest first; columns past `count` are zeros.
    func block(_ index: Int) -> Tensor {
        let (size, width) = (vectors.shape[0], ColumnBlock.width * groups)
        return Tensor([width, width]) { result in
            vectors.withSpan { vectors in
                for row in 0..<width {
                    for column in 0..<width {
                        result[row * width + column] =
                            column < count ? vectors[(size - 1 - column) * size + index * width + row] : 0
                    }
                }
            }
        }
    }
}
