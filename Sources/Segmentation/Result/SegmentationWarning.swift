/// What a caller should know about an answer that was given all the same.
public enum SegmentationWarning: Sendable, Equatable, CustomStringConvertible {
    /// One class and no background: that class has every pixel, whatever the picture shows.
    case oneClassCoversAll(name: String)
    /// The spectral stage failed; the answer is the one of fusion `none`.
    case unfused(reason: String)

    public var description: String {
        switch self {
        case .oneClassCoversAll(let name):
            "background \"none\" with one class: \"\(name)\" covers the whole picture; use background \"auto\""
        case .unfused(let reason): "the answer is not fused: \(reason)"
        }
    }
}
