import Dispatch
import Encoders
import Foundation
import HTTPTransport
import Imaging
import Segmentation
import Tensors
import TestSupport

@testable import SegmentationService

/// A service on loopback with the starter bundle, stopped when it goes.
final class TestService: Sendable {
    private static let loaded = Result {
        try Segmenter(
            ModelBundle(directory: Repository.starterBundle.path, engine: Engine(.oneDNN, precision: .fp32)))
    }

    /// Loaded once for all tests.
    static func segmenter() throws -> Segmenter { try loaded.get() }

    static func scene() throws -> [UInt8] { try Array(Data(contentsOf: Repository.scene)) }

    let service: SegmentationService
    let server: HTTPServer

    /// One with the starter bundle alone.
    ///
    /// - Parameter isReady: whether to wait until the service is.
    convenience init(
        isReady: Bool = true, loading: @escaping @Sendable () throws -> Segmenter = TestService.segmenter,
        configure: (inout ServiceConfiguration) -> Void = { _ in }
    ) throws {
        let source = ModelSource("starter", precision: .fp32) {
            try BundleOutline(Repository.starterBundle.path)
        } load: { _, _ in
            try loading()
        }
        try self.init([source], isReady: isReady, configure: configure)
    }

    init(
        _ sources: [ModelSource], isReady: Bool = true, configure: (inout ServiceConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = ServiceConfiguration()
        // However slow the machine or a sanitizer makes it, an answer comes late only where a test is about that.
        configuration.limits.deadline = 3_600_000
        configure(&configuration)
        let warm = DispatchSemaphore(value: 0)
        let service = SegmentationService(configuration, models: try ModelCatalog(sources)) { _ in warm.signal() }
        server = try HTTPServer(
            service.serverConfiguration([.internet(host: "127.0.0.1", port: 0)]), handler: service)
        self.service = service
        if isReady { warm.wait() }
    }

    /// One that never loads a bundle, for what is answered without.
    static func unready(configure: (inout ServiceConfiguration) -> Void = { _ in }) throws -> TestService {
        try TestService(isReady: false, loading: { throw CancellationError() }, configure: configure)
    }

    deinit {
        server.stop()
        service.stop()
    }

    func client() throws -> LoopbackClient { try LoopbackClient(server.addresses[0]) }

    func ask(
        _ target: String, _ method: String = "GET", _ fields: [String] = [], _ body: [UInt8] = []
    ) throws -> Answer {
        let client = try client()
        try client.send(Self.message(target, method, fields, body))
        let answer = try client.receive(toHead: method == "HEAD")
        try Document.expectToList(answer, to: method, target)
        return answer
    }

    static func message(_ target: String, _ method: String, _ fields: [String], _ body: [UInt8]) -> [UInt8] {
        let lines =
            ["\(method) \(target) HTTP/1.1", "Host: test"] + fields + ["Content-Length: \(body.count)", "", ""]
        return Array(lines.joined(separator: "\r\n").utf8) + body
    }

    /// `POST /v1/segment` as JSON.
    func segment(_ json: JSONValue, _ fields: [String] = []) throws -> Answer {
        try ask("/v1/segment", "POST", ["Content-Type: application/json"] + fields, Array(json.compact.utf8))
    }

    /// The source of a bundle's folder.
    ///
    /// - Parameter loading: called before each load.
    static func source(_ path: String, loading: @escaping @Sendable () -> Void = {}) -> ModelSource {
        ModelSource(path, precision: .fp32) {
            try BundleOutline(path)
        } load: { outline, context in
            loading()
            return try Segmenter(
                ModelBundle(directory: outline.path, engine: Engine(.oneDNN, precision: .fp32), context))
        }
    }

    /// A request about the scene.
    static func question(_ classes: JSONValue = ["blue star", "zebra"], _ options: JSONValue = [:]) throws -> JSONValue
    {
        ["image": ["data": .string(Data(try scene()).base64EncodedString())], "classes": classes, "options": options]
    }

    /// Options of a question that is answered without shapes.
    ///
    /// Not a constant: the leak checker does not find JSON that is held for good (`deploy/leaks.supp`).
    static var quick: JSONValue { ["fusion": "none"] }

    /// Fills the one worker with a job that ends when the closure that comes back is called.
    func occupyWorker() throws -> @Sendable () -> Void {
        let (begun, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let job = Job(cost: 1, timeout: .seconds(3600)) { _, _ in
            begun.signal()
            release.wait()
        } end: { _, _ in
        }
        try service.queue.admit([job])
        begun.wait()
        return { release.signal() }
    }
}

/// Waits until something that the service does by itself has happened; false after ten seconds.
func eventually(_ condition: () -> Bool) -> Bool {
    let end = ContinuousClock.now + .seconds(10)
    repeat {
        if condition() { return true }
        sched_yield()
    } while ContinuousClock.now < end
    return false
}

/// The parts of a form, as curl writes them.
func form(_ parts: [(name: String, content: [UInt8])], boundary: String = "cut") -> [UInt8] {
    parts.flatMap { part in
        Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(part.name)\"\r\n\r\n".utf8) + part.content
            + Array("\r\n".utf8)
    } + Array("--\(boundary)--\r\n".utf8)
}
