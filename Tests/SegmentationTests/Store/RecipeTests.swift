import Foundation
import Tensors
import TestSupport
import Testing

@testable import Encoders
@testable import Segmentation

@Suite("A recipe")
struct RecipeTests {
    private let scratch: ScratchFolder
    private let hub: TestHub

    init() throws {
        scratch = try ScratchFolder()
        hub = try TestHub(scratch)
    }

    private var store: BundleStore { BundleStore(root: scratch.path("cache")) }

    private func access(isOffline: Bool = false) throws -> HubAccess {
        try HubAccess(
            ["HF_ENDPOINT": hub.endpoint, "SSL_CERT_FILE": hub.certificate], isOffline: isOffline, pause: { _ in })
    }

    private func serve(_ published: PublishedRecipe) {
        for (file, bytes) in published.files { hub.put(file, bytes) }
    }

    @discardableResult
    private func pull(_ published: PublishedRecipe) throws -> String {
        try store.pull(published.recipe, access(), .alone)
    }

    private func message(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return "nothing was thrown"
    }

    /// Everything below the store but locks and the record of hashes.
    private var leftovers: [String] {
        let found = (try? FileManager.default.subpathsOfDirectory(atPath: store.root)) ?? []
        return found.filter { !["bundles", "pulls"].contains($0) && !$0.hasSuffix(".lock") }.sorted()
    }

    @Test("becomes a bundle that loads and answers, with the published weights bit for bit")
    func whole() throws {
        let published = try PublishedRecipe()
        serve(published)
        let folder = try pull(published)
        #expect(folder == store.folder(of: "small"))
        for (file, tensors) in published.tensors {
            let written = try SafetensorsFile(path: "\(folder)/\(file)")
            #expect(Set(written.names) == Set(tensors.keys))
            for (name, tensor) in tensors {
                #expect(try written.tensor(name, tensor.shape).values == tensor.values, "\(file) \(name)")
            }
        }
        let bundle = try ModelBundle(directory: folder, engine: Engine(.oneDNN, precision: .fp32))
        #expect(try Segmenter(bundle).verify(.alone) == nil)
        #expect(leftovers.filter { !$0.hasPrefix("bundles/small") } == ["pulls/small.json"])
        #expect(store.names == ["small"])
        // It is there: nothing is asked for again, not even online.
        let asked = hub.asked.count
        #expect(try store.pull(published.recipe, access(isOffline: true), .alone) == folder)
        #expect(hub.asked.count == asked)
    }

    @Test("of a bundle that is not here is refused offline, before anything is asked for")
    func offline() throws {
        let published = try PublishedRecipe()
        let text = message { _ = try store.pull(published.recipe, access(isOffline: true), .alone) }
        #expect(text.hasPrefix("small is not here and nothing is downloaded: offline"), "\(text)")
        #expect(hub.asked.isEmpty && leftovers.isEmpty)
    }

    @Test("that names a missing file or a repository without safetensors says so in one line and leaves nothing")
    func missingFile() throws {
        let published = try PublishedRecipe { $0.replacing("\"visual.safetensors\"}", with: "\"absent.bin\"}") }
        serve(published)
        let text = message { try pull(published) }
        #expect(text == "someone/dense has no file absent.bin at revision main; correct the recipe")
        #expect(leftovers.isEmpty)
        let pickled = try PublishedRecipe()
        hub.remove(PublishedRecipe.dino)
        #expect(
            message { try pull(pickled) }
                == "someone/dino has no file model.safetensors at revision v1; where it has the weights in another "
                + "format, convert them with training/convert")
        #expect(leftovers.isEmpty)
    }

    @Test("of a checkpoint of another architecture names the first tensor that is missing and leaves nothing")
    func otherArchitecture() throws {
        var published = try PublishedRecipe()
        serve(published)
        hub.put(PublishedRecipe.clip, published.files[PublishedRecipe.dino] ?? [])
        var text = message { try pull(published) }
        #expect(
            text.hasPrefix(
                "someone/clip/model.safetensors: tensor \"text_model.embeddings.token_embedding.weight\" is missing"),
            "\(text)")
        #expect(leftovers.isEmpty)
        // A deeper network of the same family has blocks that nothing takes.
        published = try PublishedRecipe { $0.replacing("\"layers\": 2", with: "\"layers\": 1") }
        serve(try PublishedRecipe())
        text = message { try pull(published) }
        #expect(text.hasPrefix("someone/clip/model.safetensors: tensor \"text_model.encoder.layers.1."), "\(text)")
        #expect(text.contains("belongs to no layer (and 15 more)"), "\(text)")
        #expect(leftovers.isEmpty)
    }

    @Test("of a checkpoint with one tensor missing, left over, of another shape or not finite names it")
    func tensors() throws {
        let published = try PublishedRecipe()
        let key = "encoder.layer.1.attention.attention.key.weight"
        let cases: [(String, (inout [String: Tensor]) -> Void)] = [
            ("tensor \"\(key)\" is missing", { $0[key] = nil }),
            ("tensor \"extra\" belongs to no layer", { $0["extra"] = Tensor([1], [0]) }),
            ("tensor \"\(key)\" has shape [24, 23], expected [24, 24]", { $0[key] = Tensor(zeros: [24, 23]) }),
            ("tensor \"\(key)\" has shape [48, 24], expected [24, 24]", { $0[key] = Tensor(zeros: [48, 24]) }),
            (
                "tensor \"\(key)\" holds inf at [0, 1]",
                {
                    var values = $0[key]?.values ?? []
                    values[1] = .infinity
                    $0[key] = Tensor([24, 24], values)
                }
            ),
        ]
        for (expected, edit) in cases {
            serve(published)
            hub.put(PublishedRecipe.dino, try published.edited(PublishedRecipe.dino, edit))
            let text = message { try pull(published) }
            #expect(text.contains(expected) && !text.contains("\n"), "\(text)")
            #expect(leftovers.isEmpty)
        }
    }

    @Test("of a file that is no safetensors file says so and leaves nothing")
    func noSafetensors() throws {
        let published = try PublishedRecipe()
        serve(published)
        hub.put(PublishedRecipe.dino, Array("<html>not here</html>".utf8))
        let text = message { try pull(published) }
        #expect(text.contains("fetch or convert the file again") && !text.contains("\n"), "\(text)")
        #expect(leftovers.isEmpty)
    }

    @Test("with a hash refuses another file, and takes the right one")
    func hashes() throws {
        func recipe(_ digest: String) throws -> PublishedRecipe {
            try PublishedRecipe {
                $0.replacing(
                    "\"revision\": \"v1\",",
                    with: "\"revision\": \"v1\", \"sha256\": {\"model.safetensors\": \"\(digest)\"},")
            }
        }
        let published = try PublishedRecipe()
        serve(published)
        let wrong = String(repeating: "0", count: 64)
        let text = message { _ = try pull(recipe(wrong)) }
        #expect(text.contains("the recipe says \(wrong)"), "\(text)")
        #expect(leftovers.isEmpty)
        let bytes = published.files[PublishedRecipe.dino] ?? []
        let right = try sha256(of: bytes.span)
        try pull(recipe(right))
    }

    @Test(
        "that makes no sense is refused before anything is asked for, with the place",
        arguments: [
            ("\"recipe\": 1", "\"recipe\": 2", "/recipe: this program reads recipes of format 1 alone"),
            ("\"summary\"", "\"sumary\"", "/sumary: unknown field"),
            ("\"source\": \"dino\"", "\"source\": \"dyno\"", "/files/spectral.safetensors/source: \"dyno\" is none of"),
            ("someone/dino", "someone/../dino", "/sources/dino/repository: expected OWNER/REPOSITORY, found"),
            ("someone/dino", "dino?x=/y", "/sources/dino/repository: expected OWNER/REPOSITORY, found"),
            ("\"mapping\": \"dino-hf\"", "\"mapping\": 3", "/files/spectral.safetensors/mapping: expected"),
            (
                "\"mapping\": \"dino-hf\"", "\"mapping\": {\"rules\": [{\"tensor\": \"{i}{i}\", \"from\": \"x\"}]}",
                "/files/spectral.safetensors/mapping/rules/0/tensor: \"{i}{i}\" has more than one {i}"
            ),
            (
                "\"mapping\": \"dino-hf\"", "\"mapping\": {\"rules\": [{\"tensor\": \"a\", \"from\": \"{i}\"}]}",
                "/files/spectral.safetensors/mapping/rules/0/from: {i} stands on both sides or on neither"
            ),
            ("\"patch\": 8", "\"patch\": 0", "/spectral/patch: expected a whole number"),
            ("\"name\": \"small\"", "\"files\": {}, \"name\": \"small\"", "/bundle/files: the pull writes the hashes"),
            (
                "\"weights\": \"visual.safetensors\"", "\"weights\": \"other.safetensors\"",
                "other.safetensors is used but has no SHA-256 here"
            ),
            (
                "\"vocab.json\": {", "\"more.txt\": {\"source\": \"clip\", \"file\": \"x\"}, \"vocab.json\": {",
                "/files: the bundle does not use more.txt"
            ),
        ])
    func senseless(old: String, new: String, expected: String) throws {
        let text = message { _ = try PublishedRecipe { $0.replacing(old, with: new) } }
        #expect(text.contains(expected) && !text.contains("\n"), "\(text)")
    }

    @Test("whose rules do not make every tensor is refused with the tensor")
    func incompleteRules() throws {
        let published = try PublishedRecipe {
            $0.replacing("\"mapping\": \"dino-hf\"", with: "\"mapping\": {\"rules\": []}")
        }
        serve(try PublishedRecipe())
        let text = message { try pull(published) }
        #expect(
            text == "someone/dino/model.safetensors: /files/spectral.safetensors/mapping: no rule makes the tensor "
                + "\"patch_embed.proj.weight\"")
        #expect(leftovers.isEmpty)
    }

    @Test("a repository that holds a whole bundle is pulled as it is, and every file is checked")
    func repository() throws {
        let published = try PublishedRecipe()
        serve(published)
        let made = try pull(published)
        func file(_ name: String) -> HubFile { HubFile(repository: "o/r", revision: "v2", name: name) }
        for name in try FileManager.default.contentsOfDirectory(atPath: made) {
            hub.put(file(name), Array(try Data(contentsOf: URL(filePath: "\(made)/\(name)"))))
        }
        let folder = try store.pull(repository: "o/r", revision: "v2", access())
        #expect(folder == store.folder(of: "o--r--v2") && store.names == ["o--r--v2", "small"])
        #expect(try BundleFolder(folder).digest == BundleFolder(made).digest)
        try store.remove("o--r--v2")
        hub.put(file("vocab.json"), Array("{}".utf8))
        let text = message { _ = try store.pull(repository: "o/r", revision: "v2", access()) }
        #expect(text.contains("o/r@v2/vocab.json: SHA-256 is ") && text.contains("its bundle.json says"), "\(text)")
        #expect(leftovers.allSatisfy { $0.hasPrefix("bundles/small") || $0.hasSuffix(".json") })
        let none = message { _ = try store.pull(repository: "o/none", revision: "main", access()) }
        #expect(none.hasPrefix("o/none has no file bundle.json at revision main; it is no bundle; "), "\(none)")
    }

    @Test("a description that never ends is not brought")
    func endlessDescription() throws {
        let file = HubFile(repository: "o/endless", revision: "main", name: "bundle.json")
        hub.put(file, [UInt8](repeating: 0x20, count: (1 << 20) + 1))
        let text = message { _ = try store.pull(repository: "o/endless", revision: "main", access()) }
        #expect(text == "\(file): larger than the 1048576 bytes that such a file may have")
        #expect(leftovers.isEmpty)
    }
}
