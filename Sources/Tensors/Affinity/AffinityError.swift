/// Why an affinity matrix cannot be had.
public enum AffinityError: Error, Equatable, CustomStringConvertible {
    /// A feature is NaN or infinite.
    case notFinite
    case outOfMemory(bytes: Int)

    public var description: String {
        switch self {
        case .notFinite:
            "affinity: the features hold a value that is not finite; look at the encoder's weights and input"
        case .outOfMemory(let bytes):
            "affinity: no memory for a matrix of \(bytes) bytes; lower the number of tokens"
        }
    }
}
