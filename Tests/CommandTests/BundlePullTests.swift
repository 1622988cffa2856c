import Foundation
import TestSupport
import Testing

/// What the command adds to the store: arguments, environment, lists, and bundles that go by their names. Downloads
/// themselves are tested below it.
@Suite("silhouette bundle pull, list and remove")
struct BundlePullTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> CommandRun {
        let own = ["XDG_CACHE_HOME": scratch.root.path, "HF_ENDPOINT": "https://127.0.0.1:1"]
        return try CommandRun(arguments, environment: own.merging(environment) { $1 })
    }

    /// The embedded bundle, as if it had been pulled.
    private func pretendPulled(_ name: String) throws -> String {
        let bundles = scratch.url("silhouette/bundles")
        try FileManager.default.createDirectory(at: bundles, withIntermediateDirectories: true)
        let folder = bundles.appendingPathComponent(name)
        try FileManager.default.copyItem(at: Repository.starterBundle, to: folder)
        return folder.path
    }

    @Test("list shows what is here, and with --available what can be, as rows and as JSON")
    func list() throws {
        let folder = try pretendPulled("clip-b16-dino-s8")
        let here = try run(["bundle", "list"])
        #expect(here.status == 0 && here.errors.isEmpty)
        let lines = here.output.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].hasPrefix("silhouette-starter  1  Apache-2.0"), "\(here.output)")
        #expect(lines[1].hasPrefix("clip-b16-dino-s8") && lines[1].hasSuffix(folder))
        let available = try run(["bundle", "list", "--available"])
        #expect(available.output.contains("clip-l14-dinov2-b14-reg") && available.output.contains("MIT AND Apache-2.0"))
        let json = try run(["bundle", "list", "--available", "--json"])
        let rows = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
        let pulled = rows.filter { $0["pulled"] as? Bool == true }.compactMap { $0["name"] as? String }
        #expect(pulled == ["clip-b16-dino-s8"] && rows.count >= 4)
    }

    @Test("a pulled bundle goes by its name until it is removed, then the message says how to get it")
    func byName() throws {
        let folder = try pretendPulled("clip-b16-dino-s8")
        let inspect = try run(["bundle", "inspect", "clip-b16-dino-s8"])
        #expect(inspect.status == 0 && inspect.output.contains(folder))
        #expect(try run(["bundle", "pull", "clip-b16-dino-s8", "--offline"]).output == folder + "\n")
        #expect(try run(["bundle", "remove", "clip-b16-dino-s8"]).status == 0)
        #expect(!FileManager.default.fileExists(atPath: folder))
        let gone = try run(["bundle", "inspect", "clip-b16-dino-s8"])
        #expect(gone.status == 1)
        #expect(
            gone.errors
                == "silhouette: clip-b16-dino-s8 was not pulled yet; run 'silhouette bundle pull clip-b16-dino-s8' first\n"
        )
        let again = try run(["bundle", "remove", "clip-b16-dino-s8"])
        #expect(again.status == 1 && again.errors.contains("no bundle \"clip-b16-dino-s8\" was pulled; there is none"))
    }

    @Test("a pull that cannot be says why in one line and leaves nothing")
    func refused() throws {
        let recipe = try scratch.file("broken.json", Data("{\"recipe\": 1".utf8)).path
        for (arguments, environment, expected) in [
            (["nothing-of-the-kind"], [:], "no recipe is named \"nothing-of-the-kind\"; known are clip-"),
            (["hf:owner"], [:], "\"hf:owner\" names no bundle"),
            ([recipe], [:], "broken.json: "),
            ([scratch.path("absent.json")], [:], "absent.json: cannot be read (No such file or directory)"),
            (["clip-b16-dino-s8", "--offline"], [:], "clip-b16-dino-s8 is not here and nothing is downloaded"),
            (["hf:owner/repo"], ["SILHOUETTE_OFFLINE": "1"], "owner--repo is not here and nothing is downloaded"),
            (["hf:owner/repo"], ["HF_ENDPOINT": "http://example.org"], "HF_ENDPOINT in the environment: "),
        ] as [([String], [String: String], String)] {
            let run = try run(["bundle", "pull"] + arguments, environment)
            #expect(run.status == 1 && run.output.isEmpty)
            #expect(run.errors.contains(expected) && run.errors.count { $0 == "\n" } == 1, "\(run.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: scratch.path("silhouette")))
    }

    @Test("a proxy that the environment names is asked")
    func proxy() throws {
        let proxy = try OneAnswerProxy()
        let run = try run(
            ["bundle", "pull", "hf:owner/repo"],
            ["https_proxy": "http://127.0.0.1:\(proxy.port)", "no_proxy": "", "HF_ENDPOINT": "https://hub.invalid"])
        #expect(run.status == 1)
        #expect(proxy.request.hasPrefix("CONNECT hub.invalid:443 HTTP/1.1\r\n"), "\(proxy.request)")
        #expect(run.errors.contains("bundle.json") && run.errors.contains("403"), "\(run.errors)")
    }
}
