public import Tensors

/// How alike the tokens of one picture are: the graph whose Laplacian the spectral stage works on.
///
/// W = max(0, F·Fᵀ) / max, with F's rows of length 1, plus λ·W_knn (``ColourGraph``); D = diag(Σⱼ Wᵢⱼ). The maximum is
/// then 1, a row's product with itself, so nothing is left to divide by. Melas-Kyriazi et al., *Deep Spectral Methods*,
/// CVPR 2022.
public struct Affinity: Sendable {
    /// The token grid; token `y·width + x` is its place (y, x).
    public let height, width: Int
    /// D^-½. A token without neighbours counts as of degree 1, as the published code has it.
    let inverseRoots: [Float]
    /// S = D^-½·W·D^-½.
    let normalized: ScaledOperator

    /// The number of tokens.
    public var tokens: Int { height * width }

    /// What the graph takes in memory; all but its matrix is small.
    public var byteCount: Int { normalized.matrix.byteCount }

    /// - Parameters:
    ///   - features: `[h·w, d]`, the keys of the last block; their lengths do not matter.
    ///   - grid: (h, w).
    ///   - colours: `[h, w, 3]`, RGB from 0 to 1; needed when λ is not 0.
    ///   - lambda: λ ≥ 0.
    /// - Throws: ``SpectralFailure/notFinite``; what the context throws.
    public init(
        features: Tensor, grid: (height: Int, width: Int), colours: Tensor? = nil, lambda: Float = 0,
        _ context: ExecutionContext
    ) throws {
        precondition(
            features.shape.count == 2 && features.shape[0] == grid.height * grid.width && grid.height * grid.width > 0,
            "features \(features.shape) for a grid of \(grid.height)×\(grid.width)")
        precondition(lambda == 0 || colours != nil, "a colour graph needs the colours")
        (height, width) = grid
        let edges = lambda == 0 ? [] : try colours.map { try ColourGraph.edges($0, context) } ?? []
        let matrix = try Self.matrix(features, edges, lambda, context)
        inverseRoots = matrix.rowSums.map { 1 / ($0 < 1e-12 ? 1 : $0).squareRoot() }
        normalized = ScaledOperator(matrix, factors: inverseRoots)
    }

    private static func matrix(
        _ features: Tensor, _ edges: [GraphEdge], _ lambda: Float, _ context: ExecutionContext
    ) throws -> SymmetricPanels {
        do {
            return try SymmetricPanels(rectifiedGramOf: features, adding: edges, weight: lambda, context)
        } catch AffinityError.notFinite {
            throw SpectralFailure.notFinite
        }
    }

    /// The eigenvector of S to its largest eigenvalue, 1: D^½·1, of length 1.
    var constantVector: [Float] {
        let roots = inverseRoots.map { 1 / $0 }
        let length = roots.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        return roots.map { Float(Double($0) / length) }
    }
}
