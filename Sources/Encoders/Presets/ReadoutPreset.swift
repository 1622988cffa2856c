/// The ways to read CLIP's visual tower at every place, with the constants of their papers.
public enum ReadoutPreset: String, Preset {
    case maskCLIP = "maskclip"
    /// By the tokens of the self-supervised transformer.
    case proxyCLIP = "proxyclip"
    /// By the keys that the spectral stage works on.
    case proxyCLIPKeys = "proxyclip-keys"

    public static let part = "readout"

    init(_ guidance: Guidance) { self = guidance == .keys ? .proxyCLIPKeys : .proxyCLIP }

    var guidance: Guidance? {
        switch self {
        case .maskCLIP: nil
        case .proxyCLIP: .tokens
        case .proxyCLIPKeys: .keys
        }
    }

    public var readout: CLIPVisualEncoder.Readout {
        guidance.map { .proxyCLIP($0, beta: 1.2, gamma: 3) } ?? .maskCLIP(keepResidual: false)
    }
}
