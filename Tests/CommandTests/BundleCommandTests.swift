import Foundation
import TestSupport
import Testing

@testable import silhouette

@Suite("silhouette bundle")
struct BundleCommandTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// A copy of the embedded bundle that a test may damage.
    private func copy() throws -> URL {
        let copy = scratch.url("bundle")
        try FileManager.default.copyItem(
            at: Repository.starterBundle, to: copy)
        return copy
    }

    @Test("inspect shows name, digest, networks, numbers and files")
    func inspect() throws {
        let run = try CommandRun(["bundle", "inspect"])
        #expect(run.status == 0 && run.errors.isEmpty)
        for part in [
            "silhouette-starter 1", "sha256:", "4.9 M parameters", "DRN-D", "patch 8", "propagate", "merges.txt",
        ] {
            #expect(run.output.contains(part), "\(part) is missing")
        }
    }

    @Test("verify answers the self-test of the embedded bundle, in fp32 and in what the processor has")
    func verify() throws {
        for precision in ["fp32", "auto"] {
            let run = try CommandRun(["bundle", "verify", "--precision", precision])
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains("% of the self-test's pixels as recorded"))
        }
    }

    @Test("verify refuses a file that was changed, naming it and both hashes")
    func changedFile() throws {
        let merges = try copy().appendingPathComponent("merges.txt")
        try (Data(contentsOf: merges) + Data("x y\n".utf8)).write(to: merges)
        let run = try CommandRun(["bundle", "verify", scratch.path("bundle")])
        #expect(run.status == 1)
        #expect(run.errors.hasPrefix("silhouette: \(merges.path): SHA-256 is "), "\(run.errors)")
        #expect(run.errors.contains("bundle.json expects 0693a116d95e"))
    }

    @Test("verify refuses a self-test that comes out otherwise")
    func otherAnswer() throws {
        let file = try copy().appendingPathComponent("bundle.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        try text.replacing("\"red striped circle\"", with: "\"white noise\"").write(
            to: file, atomically: true, encoding: .utf8)
        let run = try CommandRun(["bundle", "verify", scratch.path("bundle")])
        #expect(run.status == 1)
        #expect(run.errors.hasPrefix("silhouette: bundle silhouette-starter failed its check: "), "\(run.errors)")
    }
}
