import Tensors
import Testing

@testable import Encoders

@Suite("A bundle's configuration")
struct BundleConfigurationTests {
    /// As it is read after having been written, with hashes for its files.
    private static func reread(
        _ configuration: BundleConfiguration
    ) throws -> (written: BundleConfiguration, read: BundleConfiguration) {
        var written = configuration
        for name in ["text.safetensors", "visual.safetensors", "spectral.safetensors", "vocab.json", "merges.txt"] {
            written.files[name] = String(repeating: "0123456789abcdef", count: 4)
        }
        return (written, try BundleConfiguration(parsing: Array(written.json.indented.utf8), path: "bundle.json"))
    }

    @Test("reads back as it was written, with every combination of presets")
    func presets() throws {
        for text in TextPreset.allCases {
            for visual in VisualPreset.allCases {
                for spectral in SpectralPreset.allCases {
                    for readout in ReadoutPreset.allCases {
                        let (written, read) = try Self.reread(
                            BundleConfiguration(
                                text: text, visual: visual, spectral: spectral, readout: readout, version: "1"))
                        #expect(read == written)
                    }
                }
            }
        }
    }

    @Test("reads back as it was written, with every choice that presets do not make", arguments: TinyVisual.allCases)
    func choices(visual: TinyVisual) throws {
        let tiny = BundleConfiguration.tiny(visual)
        let whole = BundleConfiguration(
            name: "a \"name\"", version: tiny.version, license: tiny.license, text: tiny.text, visual: tiny.visual,
            spectral: tiny.spectral, prompts: tiny.prompts, logitScale: 0.1, fusion: tiny.fusion,
            presence: tiny.presence,
            selfTest: .init(image: "vocab.json", labelMap: "merges.txt", classes: ["cat", "größer"]), files: [:])
        for configuration in [tiny, whole] {
            let (written, read) = try Self.reread(configuration)
            #expect(read == written)
        }
    }

    @Test("writes numbers as a person would")
    func numbers() throws {
        let json = BundleConfiguration.tiny(.drn).json
        #expect(json["text"]?["epsilon"] == 1e-5)
        #expect(json["visual"]?["preprocessing"]?["mean"] == [0.485, 0.456, 0.406])
    }
}
