import Foundation
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Segmentation

@Suite("A file that is pulled")
struct DownloadTests {
    private let scratch: ScratchFolder
    private let hub: TestHub
    private let file = HubFile(repository: "owner/repo", revision: "main", name: "weights.bin")
    private let bytes: [UInt8]
    private let waits = Waits()

    init() throws {
        scratch = try ScratchFolder()
        hub = try TestHub(scratch)
        var numbers = SplitMix64(seed: 5)
        bytes = (0..<3_000_001).map { _ in UInt8.random(in: 0...255, using: &numbers) }
        hub.put(file, bytes)
    }

    private func access(_ environment: [String: String] = [:]) throws -> HubAccess {
        let defaults = ["HF_ENDPOINT": hub.endpoint, "SSL_CERT_FILE": hub.certificate, "HF_TOKEN": "hf_secret"]
        return try HubAccess(defaults.merging(environment) { $1 }, pause: waits.pause)
    }

    private var store: BundleStore { BundleStore(root: scratch.path("cache")) }
    private var place: String { "\(store.root)/pulls/name/weights.bin" }

    /// - Returns: the file's bytes, once it was pulled.
    private func pull(
        _ access: HubAccess, expected: String? = nil, acceptsChanges: Bool = false
    ) throws -> [UInt8] {
        let pull = Pull(
            store: store, name: "name", access: access, acceptsChanges: acceptsChanges, report: { _ in })
        _ = try pull.run { record in
            try pull.fetch(file, as: "weights.bin", expected: expected.map { ($0, .recipe) }, &record)
        }
        return Array(try Data(contentsOf: URL(filePath: place)))
    }

    /// What is left beside the whole file.
    private var leftovers: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(store.root)/pulls/name")) ?? []
        return names.filter { $0 != "weights.bin" }
    }

    private func message(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return "nothing was thrown"
    }

    @Test("arrives whole, with the token that the environment has, and leaves no part")
    func whole() throws {
        #expect(try pull(access()) == bytes)
        #expect(hub.asked.map(\.token) == ["Bearer hf_secret"])
        #expect(hub.asked.map(\.range) == [nil])
        #expect(leftovers.isEmpty && waits.seconds.isEmpty)
    }

    @Test("goes on from the byte where the connection broke, twice")
    func cut() throws {
        hub.script(file, .cut(after: 1_000_000), .cut(after: 500_000))
        #expect(try pull(access()) == bytes)
        let ranges = hub.asked.map(\.range)
        #expect(ranges.count == 3 && ranges[0] == nil)
        let starts = ranges.compactMap { $0.flatMap { Int($0.dropFirst("bytes=".count).dropLast()) } }
        try #require(starts.count == 2)
        #expect(starts[0] > 0 && starts[0] <= 1_000_000 && starts[1] > starts[0] && starts[1] <= starts[0] + 500_000)
    }

    @Test("goes on in the next pull where one gave up, and the message says so")
    func resumedLater() throws {
        hub.script(file, .cut(after: 900_000), .cut(after: 0), .cut(after: 0), .cut(after: 0), .cut(after: 0))
        let text = message { _ = try pull(access()) }
        #expect(text.contains("weights.bin: cut off after "), "\(text)")
        #expect(text.contains("pull again, it goes on from there"))
        #expect(waits.seconds == [1, 2, 4, 8])
        #expect(Set(leftovers) == ["weights.bin.part", "weights.bin.tag"])
        hub.script(file)
        #expect(try pull(access()) == bytes)
        #expect(hub.asked.last?.range != nil)
        #expect(leftovers.isEmpty)
    }

    @Test("begins anew where the server has another file by then, or cannot go on")
    func changedMeanwhile() throws {
        hub.script(file, .cut(after: 1_000_000))
        let other = Array(bytes.reversed())
        hub.script(file, .cut(after: 1_000_000), .whole)
        #expect(try pull(access()) == bytes)
        #expect(hub.asked.last?.range != nil)
        try FileManager.default.removeItem(atPath: place)
        try FileManager.default.removeItem(atPath: "\(store.root)/pulls/name.json")
        hub.script(
            file, .cut(after: 1_000_000), .status(503, ["retry-after": "0"]), .cut(after: 0), .cut(after: 0),
            .cut(after: 0))
        _ = try? pull(access())
        hub.put(file, other)
        hub.script(file)
        #expect(try pull(access()) == other)
    }

    @Test("waits as long as a busy server asks, in seconds or until a date", arguments: [429, 503])
    func busy(status: Int) throws {
        hub.script(
            file, .status(status, ["retry-after": "7"]),
            .status(
                status, ["retry-after": "Wed, 21 Oct 2015 07:28:30 GMT"]))
        #expect(try pull(access()) == bytes)
        #expect(waits.seconds.first == 7 && waits.seconds.count == 2)
    }

    @Test("is given up on where a server asks for longer than two minutes")
    func tooBusy() throws {
        hub.script(file, .status(429, ["retry-after": "3600"]))
        let text = message { _ = try pull(access()) }
        #expect(text == "127.0.0.1 is busy (status 429) and asks to wait 3600 s; try again later")
        #expect(waits.seconds.isEmpty && leftovers.isEmpty)
    }

    @Test("is refused with a wrong hash, naming both, and is not kept")
    func wrongHash() throws {
        let expected = String(repeating: "ab", count: 32)
        let found = try sha256(of: bytes.span)
        let text = message { _ = try pull(access(), expected: expected) }
        #expect(
            text
                == "owner/repo@main/weights.bin: SHA-256 is \(found), the recipe says \(expected); the file was not kept"
        )
        #expect(!FileManager.default.fileExists(atPath: "\(store.root)/pulls/name"))
    }

    @Test("is refused where it is another than at the first pull, unless the change is accepted")
    func changed() throws {
        #expect(try pull(access()) == bytes)
        try FileManager.default.removeItem(atPath: place)
        let other = Array(bytes.reversed())
        hub.put(file, other)
        let text = message { _ = try pull(access()) }
        #expect(text.contains("the first pull says ") && text.contains("--accept-changed"), "\(text)")
        #expect(try pull(access(), acceptsChanges: true) == other)
    }

    @Test("is refused where it is another than the hub says before it sends on")
    func linkedHash() throws {
        let told = String(repeating: "cd", count: 32)
        let target = hub.endpoint + hub.path(file)
        hub.script(file, .status(302, ["location": target, "x-linked-etag": "\"\(told)\""]))
        let text = message { _ = try pull(access()) }
        #expect(text.contains("the hub says \(told)"), "\(text)")
    }

    @Test("is fetched from where the hub sends on to, which does not get the token")
    func redirect() throws {
        let elsewhere = try TestHub(scratch, host: "localhost")
        elsewhere.put(file, bytes)
        hub.script(file, .redirect(elsewhere.endpoint + elsewhere.path(file)))
        let both = try scratch.file(
            "both.pem",
            Data(contentsOf: URL(filePath: hub.certificate)) + Data(contentsOf: URL(filePath: elsewhere.certificate)))
        #expect(try pull(access(["SSL_CERT_FILE": both.path])) == bytes)
        #expect(hub.asked.map(\.token) == ["Bearer hf_secret"])
        #expect(elsewhere.asked.map(\.token) == [nil])
    }

    @Test("is not fetched over a redirect from https to http, nor over more than ten")
    func badRedirects() throws {
        hub.script(file, .redirect("http://127.0.0.1:1/x"))
        let down = message { _ = try pull(access()) }
        #expect(down.contains("sent on to http://127.0.0.1:1/x: from https to http"), "\(down)")
        let again = TestHub.Fault.redirect(hub.endpoint + hub.path(file))
        hub.script(file, again, again, again, again, again, again, again, again, again, again, again)
        let loop = message { _ = try pull(access()) }
        #expect(loop.contains("more than 10 redirects"), "\(loop)")
    }

    @Test(
        "that the hub refuses is refused in one line that says what to do",
        arguments: [
            (404, "EntryNotFound", "owner/repo has no file weights.bin at revision main; correct the recipe"),
            (404, "RevisionNotFound", "owner/repo has no revision main; name a branch, a tag or a commit of it"),
            (
                401, "RepoNotFound",
                "there is no repository owner/repo, or HF_TOKEN does not open it; check the name and the token's rights"
            ),
            (
                403, "GatedRepo",
                "owner/repo: the hub denies access, or HF_TOKEN does not open it; check the name and the token's rights"
            ),
            (410, "", "owner/repo@main/weights.bin: the server answers with status 410; try again later"),
        ])
    func refused(status: Int, code: String, message expected: String) throws {
        hub.script(file, .status(status, ["x-error-code": code]))
        #expect(message { _ = try pull(access()) } == expected)
        #expect(leftovers.isEmpty)
    }

    @Test("is not taken from a server whose certificate nobody vouches for")
    func untrusted() throws {
        let other = try TestHub(scratch, host: "localhost")
        let text = message { _ = try pull(access(["SSL_CERT_FILE": other.certificate])) }
        #expect(text.hasPrefix("127.0.0.1 does not prove who it is: "), "\(text)")
        #expect(hub.asked.isEmpty && leftovers.isEmpty)
    }

    @Test("stops where the disk is full, in one line, and frees what it took")
    func diskFull() throws {
        try FileManager.default.createDirectory(
            atPath: "\(store.root)/pulls/name", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: place + ".part", withDestinationPath: "/dev/full")
        let text = message { _ = try pull(access()) }
        #expect(text.contains("weights.bin: cannot be written: No space left on device; free some space"), "\(text)")
        #expect(!FileManager.default.fileExists(atPath: "\(store.root)/pulls/name"))
    }

    @Test("stops where it is told to, and goes on from there the next time")
    func interrupted() throws {
        struct Stop: Error {}
        let stops = Mutex(false)
        let access = try HubAccess(
            ["HF_ENDPOINT": hub.endpoint, "SSL_CERT_FILE": hub.certificate], pause: waits.pause
        ) {
            if stops.withLock({ $0 }) { throw Stop() }
        }
        let pull = Pull(store: store, name: "name", access: access, acceptsChanges: false) { event in
            if case .downloading(_, let received, _) = event, received > 1_000_000 { stops.withLock { $0 = true } }
        }
        #expect(throws: Stop.self) {
            _ = try pull.run { _ = try pull.fetch(file, as: "weights.bin", expected: nil, &$0) }
        }
        #expect(Set(leftovers) == ["weights.bin.part", "weights.bin.tag"])
        #expect(try self.pull(self.access()) == bytes)
        #expect(hub.asked.last?.range != nil)
    }

    @Test("is waited for by a second pull of the same name")
    func twoAtOnce() throws {
        let (isHeld, mayGo) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let isAsked = DispatchSemaphore(value: 0)
        hub.script(
            file,
            .held {
                isAsked.signal()
                mayGo.wait()
            })
        let access = try access()
        let first = Mutex<String?>(nil)
        let done = DispatchSemaphore(value: 0)
        let (store, file) = (store, file)
        Thread.detachNewThread {
            let pull = Pull(store: store, name: "name", access: access, acceptsChanges: false) { _ in }
            let folder = try? pull.run { _ = try pull.fetch(file, as: "weights.bin", expected: nil, &$0) }
            first.withLock { $0 = folder }
            done.signal()
        }
        isAsked.wait()
        let second = Pull(store: store, name: "name", access: access, acceptsChanges: false) { event in
            guard case .waitingForAnother = event else { return }
            isHeld.signal()
            mayGo.signal()
        }
        _ = try second.run { _ = try second.fetch(file, as: "weights.bin", expected: nil, &$0) }
        done.wait()
        #expect(isHeld.wait(timeout: .now()) == .success)
        #expect(first.withLock { $0 } == store.folder(of: "name"))
        #expect(hub.asked.count == 1)
    }
}

/// Seconds that were waited for, none of which passed.
final class Waits: Sendable {
    private let asked = Mutex<[Double]>([])

    var seconds: [Double] { asked.withLock { $0 } }

    var pause: @Sendable (Double) -> Void {
        { [self] seconds in
            asked.withLock { $0.append(seconds) }
            sched_yield()
        }
    }
}
