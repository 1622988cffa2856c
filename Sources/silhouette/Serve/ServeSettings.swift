import ArgumentParser
import Foundation
import HTTPTransport
import Segmentation
import SegmentationService
import Tensors

/// What `serve` runs with: a flag goes before the environment, which goes before the default.
struct ServeSettings {
    let bundle: String
    let addresses: [ListenAddress]
    let engine: EngineKind
    let precision: PrecisionChoice
    let service: ServiceConfiguration
    let drainDelay: Double
    let grace: Double
    /// Each setting with its value and where that came from.
    let lines: [String]

    /// - Throws: a usage error that names the setting; `CommandFailure.noResource`.
    init(_ command: ServeCommand, _ environment: [String: String]) throws {
        var reader = SettingReader(environment)
        bundle = try BundleLocation.folder(of: reader.text("bundle", command.bundle))
        let binds = reader.texts("bind", command.bind, else: ["127.0.0.1:8080"])
        engine = try reader.word("engine", command.engine, else: .oneDNN)
        precision = try reader.word("precision", command.precision, else: .auto)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        var service = ServiceConfiguration()
        service.workers = try reader.number("workers", command.workers, in: 1...cores, else: 1)
        service.threads = try reader.number("threads", command.threads, in: 1...cores, else: cores / service.workers)
        service.limits.deadline = try reader.number("deadline", command.deadline, in: 1...3_600_000, else: 30_000)
        service.limits.queue = try reader.number("queue", command.queue, in: 1...10_000, else: 64)
        service.limits.transport.bodyBytes = try reader.number("body", command.body, in: 1...(1 << 30), else: 32 << 20)
        service.version = SilhouetteCommand.release
        service.log = StandardError.report
        drainDelay = Double(try reader.number("drain-delay", command.drainDelay, in: 0...3600, else: 5))
        grace = Double(try reader.number("grace", command.grace, in: 0...3600, else: 30))
        guard service.workers * service.threads <= cores else {
            throw ValidationError(
                "--workers × --threads is \(service.workers * service.threads), more than the \(cores) cores; lower one"
            )
        }
        self.service = service
        addresses = try binds.map { text in
            do { return try ListenAddress(parsing: text) } catch { throw ValidationError("--bind: \(error)") }
        }
        let isInsecure = reader.isOn("insecure", command.insecure)
        if let open = addresses.first(where: { !$0.isPrivate }), !isInsecure {
            throw ValidationError(
                "--bind \(open): others can reach it and there is no token; add --insecure to allow that")
        }
        lines = reader.lines
    }

    func makeEngine() throws -> Engine { try Engine(engine, precision: precision.resolved(for: engine)) }
}

extension ListenAddress {
    /// Whether only this machine reaches it.
    fileprivate var isPrivate: Bool {
        switch self {
        case .internet(let host, _): host == "::1" || host.hasPrefix("127.")
        case .unix: true
        }
    }
}
