import Foundation
import TestSupport

/// A running `silhouette serve` of the built executable, ended with its test.
final class ServeProcess {
    private let process = Process()
    private let errors = Pipe()
    private let output = Pipe()
    /// What it has said on standard error, as far as that was read.
    private(set) var log = ""

    init(_ arguments: [String], environment: [String: String] = [:]) throws {
        process.executableURL = CommandRun.executable
        process.arguments = ["serve", "--threads", "1"] + arguments
        process.environment = environment
        process.standardError = errors
        process.standardOutput = output
        try process.runHearingSignals()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    /// Reads on until the log has a line with this in it; then, that line.
    @discardableResult
    func waitFor(_ text: String) throws -> String {
        while true {
            let lines = log.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            if let line = lines.last(where: { $0.contains(text) }) { return String(line) }
            let piece = errors.fileHandleForReading.availableData
            guard !piece.isEmpty else { throw BlockingSocket.Failure(what: "'\(text)' was never said: \(log)") }
            log += String(decoding: piece, as: UTF8.self)
        }
    }

    /// Forgets what was said, so that the same may be waited for again.
    func forgetLog() { log = "" }

    /// The port of the address that a line with this in it names last.
    func port(_ text: String = "listening on 127.0.0.1:") throws -> Int {
        let line = try waitFor(text)
        guard let port = line.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw BlockingSocket.Failure(what: "no port: \(line)")
        }
        return port
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// The exit status, once all was said.
    func end() -> Int32 {
        log += String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// What it has written to standard output; reads until the process has ended.
    func answers() -> String { String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) }

    /// The whole answer to one request on a connection of its own.
    func ask(_ target: String, fields: [String] = []) throws -> String {
        let socket = try BlockingSocket(port: port())
        try socket.send(Self.head("GET", target, ["Connection: close"] + fields))
        return try socket.receiveAll()
    }

    static func head(_ method: String, _ target: String, _ fields: [String]) -> [UInt8] {
        Array((["\(method) \(target) HTTP/1.1", "Host: test"] + fields + ["", ""]).joined(separator: "\r\n").utf8)
    }
}

extension BlockingSocket {
    /// Everything until the server closes.
    func receiveAll() throws -> String {
        var bytes: [UInt8] = []
        while case let piece = try receive(), !piece.isEmpty { bytes += piece }
        return String(decoding: bytes, as: UTF8.self)
    }
}
