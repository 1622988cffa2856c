import Tensors
import Testing

@testable import Encoders

@Suite("Presets")
struct PresetTests {
    @Test("are found by their names")
    func names() throws {
        #expect(TextPreset.allCases.map(\.rawValue) == ["clip-text-b32", "clip-text-b16", "clip-text-l14"])
        #expect(
            VisualPreset.allCases.map(\.rawValue) == [
                "dpt-vitl16", "sazs-vitl16", "drn-d-22", "drn-d-38", "drn-d-54", "drn-d-105", "clip-visual-b16",
                "clip-visual-l14",
            ])
        #expect(
            SpectralPreset.allCases.map(\.rawValue) == [
                "dino-s16", "dino-s8", "dino-b16", "dino-b8", "dinov2-s14", "dinov2-b14", "dinov2-l14",
                "dinov2-s14-reg", "dinov2-b14-reg", "dinov2-l14-reg",
            ])
        #expect(ReadoutPreset.allCases.map(\.rawValue) == ["maskclip", "proxyclip", "proxyclip-keys"])
        #expect(try VisualPreset(named: "drn-d-54") == .drnD54)
    }

    @Test("of an unknown name are refused with the known ones")
    func unknown() {
        func message(_ body: () throws -> Void) -> String {
            do { try body() } catch { return "\(error)" }
            return "found"
        }
        #expect(
            message { _ = try TextPreset(named: "clip") }
                == "no text preset is named \"clip\"; known are clip-text-b32, clip-text-b16, clip-text-l14")
        #expect(
            message { _ = try VisualPreset(named: "drn-d-55") }
                == "no visual preset is named \"drn-d-55\"; "
                + "known are dpt-vitl16, sazs-vitl16, drn-d-22, drn-d-38, drn-d-54, drn-d-105, "
                + "clip-visual-b16, clip-visual-l14")
        #expect(
            message { _ = try SpectralPreset(named: "") }
                == "no spectral preset is named \"\"; known are dino-s16, dino-s8, dino-b16, dino-b8, dinov2-s14, "
                + "dinov2-b14, dinov2-l14, dinov2-s14-reg, dinov2-b14-reg, dinov2-l14-reg")
    }

    /// Parameters, as PyTorch counts them: without the statistics of batch norms.
    private static func parameters(_ layout: WeightLayout, below prefix: String = "") -> Int {
        layout.entries.filter { $0.name.hasPrefix(prefix) && !$0.name.contains("running_") }
            .reduce(0) { $0 + $1.count }
    }

    private static func layout(_ visual: VisualPreset, dimension: Int = 512) throws -> WeightLayout {
        try WeightLayout { try visual.architecture(embeddingDimension: dimension).network($0, engine: $1) }
    }

    @Test(
        "of DINO have the published numbers of parameters",
        arguments: [
            (SpectralPreset.s16, 21_665_664), (.s8, 21_670_272), (.b16, 85_798_656), (.b8, 85_807_872),
        ])
    func dino(preset: SpectralPreset, count: Int) throws {
        let layout = try WeightLayout { try VisionTransformer(preset.configuration, $0, engine: $1) }
        #expect(Self.parameters(layout) == count)
    }

    /// As `transformers` counts them, without the token that stands for masked patches in training.
    @Test(
        "of DINOv2 have the published numbers",
        arguments: [
            (SpectralPreset.v2S14, 22_056_576, 384), (.v2B14, 86_580_480, 768), (.v2L14, 304_368_640, 1024),
            (.v2S14Registers, 22_058_112, 384), (.v2B14Registers, 86_583_552, 768),
            (.v2L14Registers, 304_372_736, 1024),
        ])
    func dinov2(preset: SpectralPreset, count: Int, width: Int) throws {
        let layout = try WeightLayout { try VisionTransformer(preset.configuration, $0, engine: $1) }
        #expect(Self.parameters(layout) == count - width)
    }

    @Test(
        "of CLIP's visual towers have the published numbers, whatever the readout",
        arguments: [(VisualPreset.clipB16, 512, 86_192_640), (.clipL14, 768, 303_966_208)], ReadoutPreset.allCases)
    func clip(tower: (preset: VisualPreset, dimension: Int, count: Int), readout: ReadoutPreset) throws {
        let layout = try WeightLayout {
            try tower.preset.architecture(embeddingDimension: tower.dimension, readout: readout).network($0, engine: $1)
        }
        #expect(Self.parameters(layout) == tower.count)
    }

    @Test(
        "of CLIP's text towers have the published numbers, projection included",
        arguments: [(TextPreset.b32, 63_428_096), (.b16, 63_428_096), (.l14, 123_650_304)])
    func text(preset: TextPreset, count: Int) throws {
        let files = SyntheticTokenizer(tokens: TextPreset.tokens)
        let tokenizer = try BytePairTokenizer(vocabulary: files.vocabulary, merges: files.merges)
        #expect(tokenizer.count == 49_408)
        let layout = try WeightLayout {
            try CLIPTextEncoder(preset.configuration, tokenizer: tokenizer, $0, engine: $1)
        }
        #expect(Self.parameters(layout) == count)
    }

    /// The published ones have a classifier besides, 512 channels to 1000 classes.
    @Test(
        "of DRN-D have the published numbers, 16.4, 26.5, 35.8 and 54.8 millions",
        arguments: [
            (VisualPreset.drnD22, 16_393_752), (.drnD38, 26_501_912), (.drnD54, 35_809_176), (.drnD105, 54_801_304),
        ])
    func drn(preset: VisualPreset, count: Int) throws {
        #expect(try Self.parameters(Self.layout(preset), below: "layer") + 513_000 == count)
    }

    @Test("on ViT-L/16 have its parameters, and the heads of their own")
    func vitL16() throws {
        let (dpt, release) = (try Self.layout(.dptViTL16), try Self.layout(.sazsViTL16))
        // 304,326,632 of ViT-L/16 at 224 less its classifier, with 577 in place of 197 positions.
        #expect(Self.parameters(dpt, below: "backbone.") == 304_326_632 - 1_025_000 + 380 * 1024)
        let blocks = Self.parameters(dpt, below: "backbone.blocks.")
        #expect(Self.parameters(release, below: "backbone.blocks.") * 2 == blocks)
        let readout = 2 * 1024 * 1024 + 1024
        #expect(Self.parameters(release, below: "reassemble.") == readout + 1025 * 512 + 512 * 512 * 4 + 512)
        #expect(Self.parameters(release, below: "boundary.") == 513)
        #expect(!dpt.entries.contains { $0.name.hasPrefix("boundary") })
    }

    @Test("embed pictures where texts are", arguments: VisualPreset.allCases)
    func dimensions(preset: VisualPreset) throws {
        for text in [TextPreset.b32, .l14] {
            let dimension = text.configuration.embeddingDimension
            #expect(dimension == (text == .l14 ? 768 : 512))
            let heads = try Self.layout(preset, dimension: dimension).entries.filter {
                ["head.bias", "pyramid.fuse.bias", "reassemble.project.bias", "proj"].contains($0.name)
            }
            #expect(heads.map(\.shape.last) == [dimension])
        }
    }
}
