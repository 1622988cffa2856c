import TestSupport
import Foundation

/// One run of the built executable, as a shell would run it.
struct CommandRun {
    let status: Int32
    let output: String
    let errors: String

    /// The executable beside this test's own.
    static let executable = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("silhouette")

    init(
        _ arguments: [String], executable: URL = executable, in folder: URL? = nil, input: Data = Data(),
        environment: [String: String] = [:]
    ) throws {
        let scratch = try ScratchFolder()
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = folder }
        process.standardInput = try FileHandle(forReadingFrom: scratch.file("input", input))
        // Files, not pipes: a full pipe that nobody reads would stop the command.
        process.standardOutput = try FileHandle(forWritingTo: scratch.file("output"))
        process.standardError = try FileHandle(forWritingTo: scratch.file("errors"))
        try process.runHearingSignals()
        process.waitUntilExit()
        status = process.terminationStatus
        output = try String(contentsOf: scratch.url("output"), encoding: .utf8)
        errors = try String(contentsOf: scratch.url("errors"), encoding: .utf8)
    }
}
