import CKernels

/// Conjugate gradients for (δ·I − α·S)·X = B, all columns side by side, each with its own steps.
///
/// Hestenes and Stiefel, *Methods of conjugate gradients for solving linear systems*, 1952. The owner computes S·P.
public struct ConjugateGradients: Sendable {
    /// X so far.
    public private(set) var solution: ColumnBlock
    /// P: the vectors that the next step needs multiplied by S.
    public private(set) var direction: ColumnBlock
    /// The squared length of each column's residual.
    public private(set) var squares: [Float]
    private var residual: ColumnBlock
    private let limits: [Float]
    private let diagonal, alpha, tolerance: Float
    private let level: KernelLevel

    /// Starts from X = 0.
    ///
    /// - Parameters:
    ///   - right: B.
    ///   - tolerance: of each residual, relative to the length of its column of B.
    public init(right: ColumnBlock, diagonal: Float, alpha: Float, tolerance: Float) {
        self.init(right: right, diagonal: diagonal, alpha: alpha, tolerance: tolerance, level: .best)
    }

    init(right: ColumnBlock, diagonal: Float, alpha: Float, tolerance: Float, level: KernelLevel) {
        solution = ColumnBlock(rows: right.rows, groups: right.groups)
        (direction, residual) = (right, right)
        squares = right.squaredLengths(level: level)
        limits = squares.map { $0 * tolerance * tolerance }
        self.diagonal = diagonal
        self.alpha = alpha
        self.tolerance = tolerance
        self.level = level
    }

    /// Whether every column's residual is within the tolerance.
    public var hasConverged: Bool { zip(squares, limits).allSatisfy { $0 <= $1 } }

    /// The largest residual of a column, relative to the length of its column of B.
    public var relativeResidual: Float {
        zip(squares, limits).map { $1 > 0 ? ($0 / $1).squareRoot() * tolerance : 0 }.max() ?? 0
    }

    /// One step for every column that has not converged; `product` is S·``direction``.
    public mutating func step(product: ColumnBlock, _ context: ExecutionContext) throws {
        let (diagonal, alpha, level, rows) = (diagonal, alpha, level, product.paddedRows)
        let limits = Tensor([limits.count], limits)
        var state = Tensor([squares.count], squares)
        try solution.elements.withUnsafeMutableBase { x in
            try residual.elements.withUnsafeMutableBase { r in
                try direction.elements.withUnsafeMutableBase { p in
                    try state.withUnsafeMutableBase { state in
                        let (x, r, p, state) = (Writable(x), Writable(r), Writable(p), Writable(state))
                        try context.forEach(product.groups) { group in
                            let (start, column) = (group * product.stride, group * ColumnBlock.width)
                            product.elements.withUnsafeBase { product in
                                limits.withUnsafeBase { limits in
                                    spectral_conjugate_step(
                                        level.rawValue, diagonal, alpha, rows, product + start,
                                        limits + column, x.base + start, r.base + start, p.base + start,
                                        state.base + column)
                                }
                            }
                        }
                    }
                }
            }
        }
        squares = state.values
    }
}
