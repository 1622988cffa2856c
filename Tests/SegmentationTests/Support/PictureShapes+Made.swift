import TestSupport
import Tensors

@testable import Segmentation
@testable import Spectral

extension PictureShapes {
    /// Shapes with given eigenvectors, as a map `[h, w, K]`, on a graph of random features.
    static func made(vectors: Tensor, _ context: ExecutionContext, seed: UInt64 = 5) throws -> PictureShapes {
        let (height, width, count) = (vectors.shape[0], vectors.shape[1], vectors.shape[2])
        let values = vectors.values
        let rows = (0..<count).flatMap { k in (0..<height * width).map { values[$0 * count + k] } }
        var random = SplitMix64(seed: seed)
        let features = Tensor([height * width, 4], (0..<4 * height * width).map { _ in random.float() })
        return PictureShapes(
            affinity: try Affinity(features: features, grid: (height, width), context),
            spectrum: Spectrum(
                eigenvalues: (0..<count).map { 0.1 * Float($0 + 1) },
                eigenvectors: Tensor([count, height * width], rows),
                residuals: Array(repeating: 0, count: count), height: height, width: width))
    }
}
