import Foundation
import TestSupport
import Testing

@Suite("deploy", .timeLimit(.minutes(20)))
struct DeployTests {
    /// What is not installed is skipped, which the script says.
    @Test(
        "the examples work with the real programs",
        arguments: [
            ("check-clients.sh", ["segment.sh", "segment.py", "segment.mjs", "segment.go", "segment.php"]),
            ("check-proxies.sh", ["nginx", "haproxy"]),
        ])
    func scripts(_ name: String, _ parts: [String]) throws {
        let bash = URL(fileURLWithPath: "/usr/bin/env")
        let script = Repository.root.appendingPathComponent("deploy/\(name)").path
        let run = try CommandRun(
            ["SILHOUETTE=\(CommandRun.executable.path)", "bash", script], executable: bash)
        #expect(run.status == 0, "\(run.errors)")
        for part in parts {
            let verdict = run.output.split(separator: "\n").first { $0.contains(part) }
            #expect(verdict?.hasPrefix("passed: ") == true || verdict?.hasPrefix("skipped: ") == true, "\(part)")
            if let verdict, verdict.hasPrefix("skipped") { print("\(name): \(verdict)") }
        }
    }
}
