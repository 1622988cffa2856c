import Tensors

/// A whole bundle of random weights: published architectures at full size, to be run, measured and tested without any
/// download.
///
/// What it says of a picture means nothing, but it says different things of different places.
public struct RandomBundle: Sendable {
    let configuration: BundleConfiguration
    let tokens: Int
    let seed: UInt64

    /// - Parameters:
    ///   - readout: how a CLIP visual tower is read.
    ///   - seed: equal seeds give the same bytes on every machine.
    public init(
        text: TextPreset, visual: VisualPreset, spectral: SpectralPreset, readout: ReadoutPreset = .proxyCLIP,
        seed: UInt64 = 0
    ) {
        self.init(
            BundleConfiguration(
                text: text, visual: visual, spectral: spectral, readout: readout, version: "seed-\(seed)"),
            tokens: TextPreset.tokens, seed: seed)
    }

    /// - Parameters:
    ///   - configuration: its hashes are replaced by those of what is written.
    ///   - tokens: size of the vocabulary.
    init(_ configuration: BundleConfiguration, tokens: Int, seed: UInt64) {
        (self.configuration, self.tokens, self.seed) = (configuration, tokens, seed)
    }
}
