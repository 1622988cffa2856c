import Encoders
import Foundation
import Spectral
import Tensors

extension Bench {
    /// Eigenpairs that a request asks for.
    private static let eigenpairs = 5

    /// Affinity and eigenpairs of recorded features.
    ///
    /// - Parameter path: a safetensors file with the tensor `features`, `[n·n, d]`.
    /// - Throws: what the file is refused for; `SpectralFailure`.
    mutating func timeSpectralStage(onFeaturesAt path: String) throws {
        let file = try SafetensorsFile(path: path)
        let features = try file.tensor("features")
        let side = Int(Double(features.shape.first ?? 0).squareRoot().rounded())
        guard features.shape.count == 2, side * side == features.shape[0], side > 0 else {
            throw CommandFailure.cannotRead(
                path: path, reason: "\"features\" is \(features.shape); expected [n·n, d], the tokens of a square grid")
        }
        try time("spectral \(URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent)") { context in
            let affinity = try Affinity(features: features, grid: (side, side), context)
            _ = try spectrum(of: affinity, count: Self.eigenpairs, context)
        }
    }
}
