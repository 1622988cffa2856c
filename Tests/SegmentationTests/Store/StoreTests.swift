import Foundation
import TestSupport
import Testing

@testable import Segmentation

@Suite("The bundle store")
struct StoreTests {
    @Test("lies where XDG says, else in the home's cache, and only absolute paths count")
    func places() throws {
        #expect(try BundleStore(["XDG_CACHE_HOME": "/c", "HOME": "/h"]).root == "/c/silhouette")
        #expect(try BundleStore(["XDG_CACHE_HOME": "c", "HOME": "/h"]).root == "/h/.cache/silhouette")
        #expect(throws: StoreError.self) { try BundleStore(["HOME": "h"]) }
    }

    @Test("keeps its bundles apart from everything else that names could reach")
    func names() throws {
        for name in ["clip-b16-dino-s8", "owner--repo", "a.b_c", "1"] { #expect(BundleStore.isName(name), "\(name)") }
        for name in ["", ".", "..", ".x", "a/b", "a b", "é", String(repeating: "a", count: 129)] {
            #expect(!BundleStore.isName(name), "\(name)")
        }
    }

    @Test("removes a bundle, and says what is there where the name is none")
    func removal() throws {
        let scratch = try ScratchFolder()
        let store = BundleStore(root: scratch.root.path)
        for name in ["one", "two"] {
            try FileManager.default.createDirectory(atPath: store.folder(of: name), withIntermediateDirectories: true)
            try Data().write(to: URL(filePath: store.folder(of: name) + "/bundle.json"))
        }
        #expect(store.names == ["one", "two"])
        try store.remove("one")
        #expect(store.names == ["two"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(store.root)/bundles") == ["two"])
        for name in ["one", "../two", ""] {
            #expect(throws: StoreError.notPulled(name: name, pulled: ["two"])) { try store.remove(name) }
        }
    }

    @Test("reads what a pull is asked for")
    func references() throws {
        #expect(try BundleReference("clip-b16") == .recipe("clip-b16"))
        #expect(try BundleReference("./my/recipe.json") == .recipeFile("./my/recipe.json"))
        #expect(try BundleReference("hf:o/r") == .repository("o/r", revision: "main"))
        #expect(try BundleReference("hf:o/r@refs/pr/1") == .repository("o/r", revision: "refs/pr/1"))
        for text in ["", "a/b", "hf:", "hf:o", "hf:o/r/x", "hf:../r", "hf:o/r@", ".x"] {
            #expect(throws: StoreError.badName(text), "\(text)") { try BundleReference(text) }
        }
        #expect(BundleReference.name(ofRepository: "o/r", revision: "main") == "o--r")
        #expect(BundleReference.name(ofRepository: "o/r", revision: "refs/pr/1") == "o--r--refs-pr-1")
    }

    @Test(
        "refuses an environment that could give a secret away or cannot be followed",
        arguments: [
            ("HF_ENDPOINT", "http://example.org"), ("HF_ENDPOINT", "ftp://example.org"), ("HF_ENDPOINT", "example.org"),
            ("HF_TOKEN", "a\r\nHost: b"), ("HF_TOKEN", "a b"), ("SSL_CERT_FILE", "/nowhere.pem"),
        ])
    func environment(name: String, value: String) throws {
        let error = #expect(throws: StoreError.self) { try HubAccess([name: value]) }
        #expect(error?.description.contains(name) == true && error?.description.contains("\n") == false)
        if name == "HF_TOKEN" { #expect(error?.description.contains(value) == false) }
    }

    @Test("gives the token to the hub itself alone, by scheme, host and port")
    func token() throws {
        let access = try HubAccess(["HF_ENDPOINT": "https://hub.example/", "HF_TOKEN": "t"])
        #expect(access.token(for: "https://hub.example/o/r/resolve/main/x") == "t")
        #expect(access.token(for: "https://HUB.example:443/x") == "t")
        for url in [
            "http://hub.example/x", "https://hub.example:444/x", "https://hub.example.evil/x",
            "https://evil/hub.example", "https://hub.example@evil/x",
        ] {
            #expect(access.token(for: url) == nil, "\(url)")
        }
    }

    @Test("escapes what a revision and a name hold")
    func urls() throws {
        let access = try HubAccess(["HF_ENDPOINT": "https://h"])
        let file = HubFile(repository: "o/r", revision: "refs/pr/1", name: "a b/c?.json")
        #expect(access.url(of: file) == "https://h/o/r/resolve/refs%2Fpr%2F1/a%20b/c%3F.json")
    }

    @Test("reads heads: the last of several, dates, ranges, tags")
    func heads() {
        var head = AnswerHead()
        for line in [
            "HTTP/1.1 103 Early Hints\r\n", "Link: x\r\n", "\r\n", "HTTP/2 206 \r\n", "ETag: \"a\"\r\n",
            "Content-Range: bytes 10-19/20\r\n", "Date: Wed, 21 Oct 2015 07:28:00 GMT\r\n",
            "Retry-After: Wed, 21 Oct 2015 07:28:30 GMT\r\n", "\r\n",
        ] { head.take(line) }
        #expect(head.status == 206 && head.fields["link"] == nil)
        #expect(head.strongTag == "\"a\"" && head.rangeStart == 10 && head.total == 20 && head.wait == 30)
        head.take("ETag: W/\"a\"")
        #expect(head.strongTag == nil)
    }

    @Test("gives up after five attempts without progress, and begins to count anew after a megabyte")
    func retries() {
        var plan = RetryPlan()
        #expect((0..<5).map { _ in plan.delay(received: 10, asked: nil) } == [1, 2, 4, 8, nil])
        plan = RetryPlan()
        let delays = (1...20).map { plan.delay(received: $0 << 20, asked: nil) }
        #expect(delays.allSatisfy { $0 == 1 })
        #expect(plan.delay(received: 20 << 20, asked: 121) == nil)
    }
}
