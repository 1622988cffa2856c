import Foundation
import Testing

@testable import silhouette

@Suite("silhouette serve")
struct ServeCommandTests {
    @Test("SIGTERM ends it with status 0, after saying where it listens and that it drained")
    func termination() throws {
        let process = Process()
        process.executableURL = CommandRun.executable
        process.arguments = ["serve", "--bind", "127.0.0.1:0", "--threads", "1"]
        process.environment = ["SILHOUETTE_DRAIN_DELAY": "0", "SILHOUETTE_THREADS": "9999"]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        var log = ""
        while !log.contains("ready\n"), case let piece = errors.fileHandleForReading.availableData, !piece.isEmpty {
            log += String(decoding: piece, as: UTF8.self)
        }
        #expect(log.contains("threads 1 (flag)") && log.contains("drain-delay 0 (SILHOUETTE_DRAIN_DELAY)"))
        #expect(log.contains("listening on 127.0.0.1:"))
        process.terminate()
        log = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && log.hasSuffix("drained\n"))
    }

    @Test(
        "wrong settings are usage errors that name the setting",
        arguments: [
            (["--bind", "0.0.0.0:80"], "--insecure"), (["--bind", "here"], "--bind"), (["--queue", "0"], "--queue"),
            (["--workers", "100000"], "--workers"), (["--engine", "x"], "--engine"),
        ])
    func usage(_ arguments: [String], _ word: String) throws {
        let run = try CommandRun(["serve"] + arguments)
        #expect(run.status == 2 && run.errors.contains(word), "\(run.errors)")
    }
}
