import Tensors

/// Eigenpairs of S, largest eigenvalue first.
struct EigenPairs {
    let values: [Float]
    /// `[K, N]`, rows of length 1.
    let vectors: Tensor
    let residuals: [Float]
}
