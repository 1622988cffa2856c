import Foundation
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Encoders

@Suite("Random bundles")
struct RandomBundleTests {
    private static let files = [
        "bundle.json", "merges.txt", "spectral.safetensors", "text.safetensors", "visual.safetensors", "vocab.json",
    ]

    private static func digests(_ folder: String) throws -> [String] {
        try files.map { try sha256(ofFileAt: "\(folder)/\($0)") }
    }

    @Test("are whole, and have the same bytes for 1, 2 and 3 threads", arguments: TinyVisual.allCases)
    func threads(visual: TinyVisual) throws {
        let scratch = try ScratchFolder()
        let digests = try contexts.enumerated().map { index, context in
            try RandomBundle.tiny(visual).write(to: scratch.path("\(index)"), context)
            return try Self.digests(scratch.path("\(index)"))
        }
        #expect(digests.allSatisfy { $0 == digests[0] })
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("0")).sorted() == Self.files)
        let bundle = try ModelBundle(directory: scratch.path("0"), engine: Engine())
        #expect(bundle.configuration.fusion.rule == .selectAfterPropagate)
        #expect(bundle.text.tokenizer.count == 600)
    }

    @Test("have the same bytes on every machine, and others for another seed")
    func machines() throws {
        let scratch = try ScratchFolder()
        for seed: UInt64 in [7, 8] { try RandomBundle.tiny(seed: seed).write(to: scratch.path("\(seed)"), context) }
        let digests = try Self.digests(scratch.path("7"))
        #expect(digests[0] == "21ab24ef1ca87750ba469b35a7488084ec85c67e71d0c7a9b853193d216992c6")
        let others = try Self.digests(scratch.path("8"))
        #expect(zip(digests, others).map { $0 == $1 } == [false, true, false, false, false, true])
    }

    @Test("hold the weights that a network has without them")
    func sameAsInMemory() throws {
        let scratch = try ScratchFolder()
        let bundle = RandomBundle.tiny(.dpt)
        try bundle.write(to: scratch.path("bundle"), context)
        let read = try ModelBundle(directory: scratch.path("bundle"), engine: Engine())
        let made = try bundle.configuration.visual.architecture.network(
            Weights(RandomWeights(seed: bundle.seed)), engine: Engine())
        let pixels = RandomWeights(seed: 1).tensor("pos_embed", [32, 48, 3])
        #expect(try made(pixels, context).embeddings.values == read.visual(pixels, context).embeddings.values)
    }

    @Test("tell how far they are, up to all bytes of the weights")
    func progress() throws {
        let scratch = try ScratchFolder()
        var told: [(Int, Int)] = []
        try RandomBundle.tiny().write(to: scratch.path("bundle"), context) { told.append(($0, $1)) }
        let written = told.map(\.0)
        #expect(written == written.sorted())
        #expect(told.last.map { $0.0 == $0.1 } == true)
        let sizes = try Self.files.filter { $0.hasSuffix("safetensors") }.map { name in
            try SafetensorsFile(path: "\(scratch.path("bundle"))/\(name)")
        }.reduce(0) { sum, file in sum + file.names.reduce(0) { $0 + (file.shape(of: $1) ?? []).reduce(4, *) } }
        #expect(told.last?.1 == sizes)
    }

    private static func refusal(_ path: String) -> String {
        do {
            try RandomBundle.tiny().write(to: path, context)
            return "written"
        } catch { return "\(error)" }
    }

    @Test("never touch what exists, and say where they cannot be written")
    func refusals() throws {
        let scratch = try ScratchFolder()
        try FileManager.default.createDirectory(atPath: scratch.path("folder"), withIntermediateDirectories: false)
        try Data([1]).write(to: URL(filePath: scratch.path("file")))
        for name in ["folder", "folder/", "file"] {
            let path = "\(scratch.path("."))/\(name)"
            #expect(Self.refusal(path) == "\(path): exists already; name a folder that does not, or remove it")
        }
        #expect(
            Self.refusal("/nonexistent/bundle") == "/nonexistent/bundle: cannot be written: No such file or directory")
        #expect(try scratch.names == ["file", "folder"])
    }

    @Test("leave nothing behind when they are stopped")
    func stopped() throws {
        struct Stop: Error {}
        let scratch = try ScratchFolder()
        let calls = Mutex(0)
        let stopping = ExecutionContext(team: ThreadTeam(threads: 2)) {
            try calls.withLock {
                $0 += 1
                if $0 == 40 { throw Stop() }
            }
        }
        #expect(throws: Stop.self) { try RandomBundle.tiny().write(to: scratch.path("bundle"), stopping) }
        #expect(try scratch.names.isEmpty)
    }
}
