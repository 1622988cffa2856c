import Tensors

/// How the elements of a tensor start, by its name and shape.
///
/// Vectors start as norms that change nothing and as biases of 0. Matrices keep the size of a signal: variance gain /
/// inputs, He et al. 2015. Two things keep a network lively whose every layer is random: an output's weights sum to 0,
/// else what ReLU and GELU leave positive everywhere would grow until all places look alike (Brock et al. 2021,
/// *Characterizing signal propagation*), and branches of residual blocks start small, so that depth neither swells the
/// signal nor turns rounding errors into noise.
enum InitialValues: Equatable {
    case constant(Float)
    /// - isBalanced: whether each output's weights sum to 0.
    case bell(deviation: Float, isBalanced: Bool)

    init(_ entry: WeightLayout.Entry) {
        let parts = entry.name.split(separator: ".")
        if entry.shape.count < 2 {
            self = .constant(Self.factors.contains(parts.last ?? "") ? 1 : 0)
        } else if let deviation = Self.embeddings.first(where: { parts.contains($0.part[...]) })?.deviation {
            self = .bell(deviation: deviation, isBalanced: false)
        } else {
            // Pixels are positive and negative: their weights need no balance, which would lose the brightness.
            let takesPixels = entry.shape.count == 4 && entry.shape[1] == 3
            let gain = takesPixels ? 1 : Self.gain(parts, isConvolution: entry.shape.count == 4)
            let variance = gain / Float(Self.inputs(entry.shape, takesPixels: takesPixels))
            self = .bell(deviation: variance.squareRoot(), isBalanced: !takesPixels)
        }
    }

    /// Vectors that multiply.
    private static let factors: Set<Substring> = ["weight", "running_var", "gamma"]

    /// Deviations of what is looked up. Positions weigh about as much as patches, as in trained transformers.
    private static let embeddings: [(part: String, deviation: Float)] = [
        ("token_embedding", 0.02), ("positional_embedding", 0.01), ("cls_token", 0.02), ("pos_embed", 0.5),
        ("register_tokens", 0.02),
    ]

    /// Gains other than 1 without and 2 after a ReLU.
    private static let gains: [(part: String, gain: Float)] = [
        // The last products of a transformer block's branches: 1 / (2 · 12 blocks). Attention over a picture's patches
        // adds what they have in common, so it starts smaller still; a text's end has all it knows from it.
        ("proj", 1 / 96), ("out_proj", 1 / 24), ("fc2", 1 / 24), ("c_proj", 1 / 24),
        // The last convolutions of a residual block's branch.
        ("conv2", 0.5), ("conv3", 0.5),
        // Convolutions of what no ReLU has seen.
        ("reassemble", 1), ("neck", 1), ("project", 1), ("head", 1),
    ]

    private static func gain(_ parts: [Substring], isConvolution: Bool) -> Float {
        gains.first { parts.contains($0.part[...]) }?.gain ?? (isConvolution ? 2 : 1)
    }

    /// How many products each output sums.
    private static func inputs(_ shape: [Int], takesPixels: Bool) -> Int {
        // Even kernels are those of transposed convolutions, [in, out, k, k], whose windows do not overlap.
        let isTransposed = !takesPixels && shape.count == 4 && shape[2] % 2 == 0
        return isTransposed ? shape[0] : shape.dropFirst().reduce(1, *)
    }
}
