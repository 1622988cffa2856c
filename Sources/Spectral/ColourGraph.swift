import Tensors

/// The colour-position graph of Deep Spectral Methods: W_knn[i, j] = how often j is among i's nearest, plus the mirror.
///
/// Twice each token is joined to its nearest tokens, itself included, in the space (r, g, b, p·x, p·y) with x and y from
/// 0 to 1: the 20 nearest with p = 2.0 and the 10 nearest with p = 0.1. As `pymatting.knn_laplacian` (binary kernel; Chen
/// et al., *KNN Matting*, 2013) and `knn_affinity` of Deep Spectral Methods have it; ties go to the lower index.
enum ColourGraph {
    static let rounds: [(neighbours: Int, positionWeight: Float)] = [(20, 2.0), (10, 0.1)]

    /// The directed edges of both rounds.
    ///
    /// - Parameter colours: `[h, w, 3]`, RGB from 0 to 1.
    static func edges(_ colours: Tensor, _ context: ExecutionContext) throws -> [GraphEdge] {
        guard colours.withSpan({ span in span.indices.allSatisfy { span[$0].isFinite } }) else {
            throw SpectralFailure.notFinite
        }
        return try rounds.flatMap { round in
            let points = points(colours, positionWeight: round.positionWeight)
            return try NearestNeighbours.search(points, count: round.neighbours, context)
                .enumerated().flatMap { row, neighbours in neighbours.map { GraphEdge(row, $0) } }
        }
    }

    /// `[N]` points (r, g, b, p·x, p·y, 0, 0, 0).
    static func points(_ colours: Tensor, positionWeight: Float) -> [SIMD8<Float>] {
        let (height, width) = (colours.shape[0], colours.shape[1])
        return colours.withSpan { colours in
            (0..<height * width).map { token in
                let x = Float(token % width) / Float(max(width - 1, 1))
                let y = Float(token / width) / Float(max(height - 1, 1))
                return SIMD8(
                    colours[3 * token], colours[3 * token + 1], colours[3 * token + 2],
                    positionWeight * x, positionWeight * y, 0, 0, 0)
            }
        }
    }
}
