import ArgumentParser
import Encoders
import Tensors

/// A published architecture that can be timed by itself.
enum BenchPreset: ExpressibleByArgument {
    case text(TextPreset)
    case visual(VisualPreset)
    case spectral(SpectralPreset)

    init?(argument: String) {
        if let preset = TextPreset(rawValue: argument) {
            self = .text(preset)
        } else if let preset = VisualPreset(rawValue: argument) {
            self = .visual(preset)
        } else if let preset = SpectralPreset(rawValue: argument) {
            self = .spectral(preset)
        } else {
            return nil
        }
    }

    static var allValueStrings: [String] {
        TextPreset.allCases.map(\.rawValue) + VisualPreset.allCases.map(\.rawValue)
            + SpectralPreset.allCases.map(\.rawValue)
    }
}
