import Foundation
import Tensors
import TestSupport
import Testing

@testable import Encoders

/// The recipes of the package, as they stand in the sources.
@Suite("The packaged recipes")
struct PackagedRecipeTests {
    private static let folder = Repository.root.appendingPathComponent("Sources/silhouette/Resources/recipes")

    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()

    private static func recipe(_ name: String) throws -> BundleRecipe {
        let url = folder.appendingPathComponent("\(name).json")
        return try BundleRecipe(parsing: Array(Data(contentsOf: url)), path: url.path) { mapping in
            let url = folder.appendingPathComponent("mappings/\(mapping).json")
            guard let bytes = try? Data(contentsOf: url) else { return nil }
            return try TensorMapping(JSONValue(parsing: Array(bytes)), path: url.path)
        }
    }

    @Test("are what their names say, by the presets of their networks", arguments: names)
    func presets(name: String) throws {
        let recipe = try Self.recipe(name)
        #expect(recipe.name == name && !recipe.summary.isEmpty)
        let (size, backbone) = try #require(
            name.wholeMatch(of: /clip-(b16|l14)-(.+)/).map { (String($0.1), String($0.2)) })
        let made = BundleConfiguration(
            text: try TextPreset(named: "clip-text-\(size)"), visual: try VisualPreset(named: "clip-visual-\(size)"),
            spectral: try SpectralPreset(named: backbone), version: "1")
        let configuration = recipe.configuration
        #expect(configuration.text == made.text && configuration.visual == made.visual)
        #expect(configuration.spectral == made.spectral && configuration.logitScale == made.logitScale)
        #expect(configuration.fusion == made.fusion && configuration.presence == made.presence)
    }

    @Test("make every tensor of their networks by one rule, and use every rule", arguments: names)
    func rules(name: String) throws {
        let recipe = try Self.recipe(name)
        let tokens = SyntheticTokenizer(tokens: 600)
        let layouts = try recipe.configuration.layouts(
            BytePairTokenizer(vocabulary: tokens.vocabulary, merges: tokens.merges))
        for (file, layout) in layouts {
            let part = try #require(recipe.parts.first { $0.name == file })
            for entry in layout.entries { #expect(part.mapping.assignment(for: entry) != nil, "\(entry.name)") }
            let makers = layout.entries.map { entry in
                (part.mapping.rules ?? []).filter { $0.tensor.number(in: entry.name) != nil }.count
            }
            #expect(part.mapping.rules == nil || makers.allSatisfy { $0 == 1 })
            let idle = (part.mapping.rules ?? []).filter { rule in
                !layout.entries.contains { rule.tensor.number(in: $0.name) != nil }
            }
            // DINOv2 comes with and without registers under one mapping.
            #expect(idle.allSatisfy { $0.tensor.text == "register_tokens" }, "\(idle.map(\.tensor.text))")
        }
    }

    @Test("are there")
    func some() { #expect(Self.names.contains("clip-b16-dino-s8") && Self.names.contains("clip-l14-dinov2-b14")) }

    @Test("name revisions and licences, and the licence of the whole")
    func sources() throws {
        for recipe in try Self.names.map(Self.recipe) {
            for source in recipe.sources {
                #expect(!source.revision.isEmpty && source.repository.split(separator: "/").count == 2)
                #expect(recipe.configuration.license.contains(source.license))
            }
        }
    }
}

@Suite("A pattern of tensor names")
struct NamePatternTests {
    @Test("finds its number and nothing else")
    func numbers() throws {
        let pattern = try #require(NamePattern("blocks.{i}.norm"))
        #expect(pattern.number(in: "blocks.12.norm") == "12")
        #expect(pattern.name("7") == "blocks.7.norm")
        for name in [
            "blocks..norm", "blocks.x.norm", "blocks.1.2.norm", "blocks.1.normal", "a.blocks.1.norm", "blocks.norm",
        ] {
            #expect(pattern.number(in: name) == nil, "\(name)")
        }
        let plain = try #require(NamePattern("norm"))
        #expect(plain.number(in: "norm") == "" && plain.number(in: "norms") == nil && plain.name("") == "norm")
        #expect(NamePattern("{i}.{i}") == nil)
    }

    @Test("ignores a name, or all that begin alike")
    func ignored() {
        #expect(TensorMapping.isIgnored("a.b", ["a.*"]) && TensorMapping.isIgnored("a", ["a"]))
        #expect(!TensorMapping.isIgnored("ab", ["a", "a.*"]))
    }
}
