public import Tensors

/// What a self-supervised transformer says of a picture's patches.
public struct PatchFeatures: Sendable {
    /// The keys of the last block's attention, `[N, d]`.
    public let keys: Tensor
    /// What leaves the final norm, `[N, d]`; nil where the last block did not run whole.
    public let tokens: Tensor?
    /// N = rows · columns.
    public let grid: (rows: Int, columns: Int)

    /// `[rows, columns, d]`; nil for tokens that were not made.
    public func map(of guidance: Guidance) -> Tensor? {
        let features = guidance == .keys ? keys : tokens
        return features?.reshaped([grid.rows, grid.columns, keys.shape[1]])
    }
}

/// What of a self-supervised transformer guides an encoder.
public enum Guidance: Sendable, Equatable {
    /// The tokens after the final norm.
    case tokens
    /// The keys of the last block's attention.
    case keys
}
