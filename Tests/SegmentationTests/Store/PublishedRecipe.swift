import Encoders
import Foundation
import Tensors
import TestSupport

@testable import Encoders
@testable import Segmentation

/// A recipe of small networks under published names, and random checkpoints in exactly that layout.
///
/// Text and spectral encoder come from two repositories through the program's own mappings, the visual encoder under a
/// bundle's names from a third.
struct PublishedRecipe {
    static let clip = HubFile(repository: "someone/clip", revision: "main", name: "model.safetensors")
    static let dino = HubFile(repository: "someone/dino", revision: "v1", name: "model.safetensors")
    static let dense = HubFile(repository: "someone/dense", revision: "main", name: "visual.safetensors")
    static let vocabulary = HubFile(repository: "someone/clip", revision: "main", name: "vocab.json")
    static let merges = HubFile(repository: "someone/clip", revision: "main", name: "merges.txt")

    let text: String
    let recipe: BundleRecipe
    /// What the repositories hold.
    private(set) var files: [HubFile: [UInt8]] = [:]
    /// The networks' own tensors, by the bundle's file and the tensor's name.
    private(set) var tensors: [String: [String: Tensor]] = [:]

    /// - Parameters:
    ///   - changed: edits the recipe's text.
    ///   - seed: of the weights.
    init(seed: UInt64 = 3, changed: (String) -> String = { $0 }) throws {
        text = changed(Self.json)
        recipe = try BundleRecipe(parsing: Array(text.utf8), path: "small.json", mapping: Self.mapping)
        let tokens = SyntheticTokenizer(tokens: 600)
        files = [Self.vocabulary: tokens.vocabulary, Self.merges: tokens.merges]
        let layouts = try recipe.configuration.layouts(
            BytePairTokenizer(vocabulary: tokens.vocabulary, merges: tokens.merges))
        var numbers = SplitMix64(seed: seed)
        for (name, layout) in layouts {
            guard let part = recipe.parts.first(where: { $0.name == name }) else { continue }
            var published: [String: Tensor] = [:]
            for entry in layout.entries {
                let values = (0..<entry.count).map { _ in Float.random(in: -1...1, using: &numbers) }
                let tensor = Tensor(entry.shape, values)
                tensors[name, default: [:]][entry.name] = tensor
                published.merge(Self.published(tensor, part.mapping.assignment(for: entry))) { $1 }
            }
            files[Self.file(part)] = CheckpointBytes.of(published, others: Self.others[part.source] ?? [])
        }
    }

    /// A checkpoint with some tensors changed; nil removes one.
    func edited(_ file: HubFile, _ edit: (inout [String: Tensor]) -> Void) throws -> [UInt8] {
        let scratch = try ScratchFolder()
        let path = try scratch.file("x.safetensors", Data(files[file] ?? [])).path
        let source = try SafetensorsFile(path: path, admitsOtherTypes: true)
        var tensors: [String: Tensor] = [:]
        for name in source.names { tensors[name] = try? source.tensor(name) }
        edit(&tensors)
        return CheckpointBytes.of(tensors, others: [])
    }

    private static func file(_ part: BundleRecipe.Part) -> HubFile {
        [clip, dino, dense].first { $0.repository == "someone/\(part.source)" } ?? clip
    }

    /// The tensors that a rule takes apart again.
    private static func published(_ tensor: Tensor, _ assignment: TensorMapping.Assignment?) -> [String: Tensor] {
        guard let assignment else { return [:] }
        if assignment.isTransposed { return [assignment.sources[0]: tensor.transposed] }
        let rows = (tensor.shape.first ?? 1) / assignment.sources.count
        return Dictionary(
            uniqueKeysWithValues: assignment.sources.enumerated().map { index, name in
                (name, assignment.sources.count == 1 ? tensor : tensor.rows(index * rows..<(index + 1) * rows))
            })
    }

    /// Names of what published checkpoints hold besides, of whole numbers.
    private static let others = ["clip": ["text_model.embeddings.position_ids"]]

    private static func mapping(_ name: String) throws -> TensorMapping? {
        let url = Repository.root.appendingPathComponent("Sources/silhouette/Resources/recipes/mappings/\(name).json")
        return try TensorMapping(JSONValue(parsing: Array(Data(contentsOf: url))), path: url.path)
    }

    private static let json = """
        {
            "recipe": 1, "summary": "small networks",
            "sources": {
                "clip": {"repository": "someone/clip", "revision": "main", "license": "MIT"},
                "dino": {"repository": "someone/dino", "revision": "v1", "license": "Apache-2.0"},
                "dense": {"repository": "someone/dense", "revision": "main", "license": "Apache-2.0"}
            },
            "files": {
                "text.safetensors": {"source": "clip", "file": "model.safetensors", "mapping": "clip-text-hf"},
                "vocab.json": {"source": "clip", "file": "vocab.json"},
                "merges.txt": {"source": "clip", "file": "merges.txt"},
                "spectral.safetensors": {"source": "dino", "file": "model.safetensors", "mapping": "dino-hf"},
                "visual.safetensors": {"source": "dense", "file": "visual.safetensors"}
            },
            "bundle": {
                "format": 1, "name": "small", "version": "1", "license": "MIT AND Apache-2.0",
                "text": {
                    "architecture": "clip-text", "weights": "text.safetensors", "vocabulary": "vocab.json",
                    "merges": "merges.txt", "width": 32, "layers": 2, "heads": 2, "mlp_width": 64, "context_length": 20,
                    "embedding_dimension": 24, "activation": "quick_gelu", "epsilon": 1e-5
                },
                "visual": {
                    "architecture": "drn-d", "weights": "visual.safetensors", "block": "basic",
                    "channels": [4, 6, 4, 4, 6, 6, 16, 16], "blocks": [1, 1, 2, 2, 3, 2, 1, 1],
                    "batch_norm_epsilon": 1e-5, "pyramid_bins": [1, 2, 3, 6],
                    "pyramid_interpolation": {"mode": "bilinear", "align_corners": false}, "pyramid_width": 16,
                    "fuse_width": 20, "embedding_dimension": 24, "boundary_head": false,
                    "preprocessing": {
                        "max_side": 160, "multiple": 16, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5],
                        "interpolation": "bilinear", "antialias": true
                    }
                },
                "spectral": {
                    "architecture": "vit", "weights": "spectral.safetensors", "width": 24, "depth": 2, "heads": 3,
                    "mlp_width": 48, "patch": 8, "position_grid": [6, 6], "epsilon": 1e-6, "activation": "gelu",
                    "position_rule": "dino",
                    "preprocessing": {
                        "max_tokens": 400, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225],
                        "interpolation": "bilinear", "antialias": true
                    }
                },
                "prompts": {"templates": ["a photo of a {}."], "background": ["background"]},
                "logit_scale": 100,
                "fusion": {"rule": "propagate", "tau": 0.8, "gamma": 2, "alpha": 0.15, "lambda": 0, "eigensegments": 5},
                "presence": {"a": 1, "b": 0, "threshold": 0}
            }
        }
        """
}

/// The bytes of a safetensors file that has tensors of whole numbers, too.
enum CheckpointBytes {
    static func of(_ tensors: [String: Tensor], others: [String]) -> [UInt8] {
        var (members, data) = ([JSONValue.Member](), [UInt8]())
        func append(_ name: String, _ type: String, _ shape: [Int], _ bytes: [UInt8]) {
            let offsets: JSONValue = [JSONValue(data.count), JSONValue(data.count + bytes.count)]
            members.append(
                .init(
                    name,
                    [
                        "dtype": .string(type), "shape": .array(shape.map { JSONValue($0) }), "data_offsets": offsets,
                    ]))
            data += bytes
        }
        for name in others { append(name, "I64", [1, 20], [UInt8](repeating: 1, count: 160)) }
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            append(name, "F32", tensor.shape, tensor.values.withUnsafeBytes(Array.init))
        }
        var header = Array(JSONValue.object(members).compact.utf8)
        header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
        return withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init) + header + data
    }
}
