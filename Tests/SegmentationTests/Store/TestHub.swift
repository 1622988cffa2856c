import CTLSClient
import Foundation
import HTTPTransport
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Segmentation

/// A hub on loopback over TLS that serves files, goes on from where a client asks, and misbehaves as scripted.
final class TestHub: Sendable {
    /// How one request is answered in place of the file.
    enum Fault: Sendable {
        /// The connection breaks after so many bytes of the body.
        case cut(after: Int)
        case status(Int, [String: String])
        case redirect(String)
        /// The file, but no answer to where a client wants to go on.
        case whole
        /// The file, once what was given has returned.
        case held(@Sendable () -> Void)
    }

    struct Asked: Sendable {
        let path: String
        let token: String?
        let range: String?
    }

    private let state = Mutex<(files: [String: [UInt8]], faults: [String: [Fault]], asked: [Asked])>(([:], [:], []))
    private let server: HTTPServer
    let certificate: String
    let endpoint: String

    /// - Parameter host: `127.0.0.1` or `localhost`, which the certificate names.
    init(_ scratch: ScratchFolder, host: String = "127.0.0.1") throws {
        certificate = scratch.path("\(host).pem")
        let key = scratch.path("\(host).key")
        try #require(tlsclient_write_certificate(host, certificate, key) == 1)
        var configuration = ServerConfiguration(addresses: [])
        configuration.secureAddresses = [.internet(host: "127.0.0.1", port: 0)]
        configuration.certificate = CertificateFiles(chain: certificate, key: key)
        let door = Door()
        server = try HTTPServer(configuration, handler: door)
        let port = server.addresses.first?.description.split(separator: ":").last ?? ""
        endpoint = "https://\(host):\(port)"
        door.hub.withLock { $0.hub = self }
    }

    deinit { server.stop() }

    var asked: [Asked] { state.withLock { $0.asked } }

    func path(_ file: HubFile) -> String { "/\(file.repository)/resolve/\(file.revision)/\(file.name)" }

    func put(_ file: HubFile, _ bytes: [UInt8]) { state.withLock { $0.files[path(file)] = bytes } }

    func remove(_ file: HubFile) { state.withLock { $0.files[path(file)] = nil } }

    /// The faults of the next requests for a file, in order.
    func script(_ file: HubFile, _ faults: Fault...) { state.withLock { $0.faults[path(file)] = faults } }

    fileprivate func answer(_ request: Request, _ responder: Responder) {
        let (bytes, fault) = state.withLock { state in
            state.asked.append(
                Asked(
                    path: request.path, token: request.fields["authorization"], range: request.fields["range"]))
            let isScripted = state.faults[request.path]?.isEmpty == false
            return (state.files[request.path], isScripted ? state.faults[request.path]?.removeFirst() : nil)
        }
        switch fault {
        case .status(let status, let values):
            var fields = Fields()
            for (name, value) in values { fields.append(name, value) }
            responder.send(Response(status: status, fields: fields))
        case .redirect(let target): responder.send(Response(status: 302, fields: ["location": target]))
        case .cut(let count): serve(bytes ?? [], request, responder, cutAfter: count)
        case .held(let wait):
            Thread.detachNewThread {
                wait()
                self.serve(bytes ?? [], request, responder)
            }
        case .whole: serve(bytes ?? [], request, responder, resumes: false)
        case nil:
            guard let bytes else {
                return responder.send(Response(status: 404, fields: ["x-error-code": "EntryNotFound"]))
            }
            serve(bytes, request, responder)
        }
    }

    private func serve(
        _ bytes: [UInt8], _ request: Request, _ responder: Responder, cutAfter: Int? = nil, resumes: Bool = true
    ) {
        let tag = "\"\((try? sha256(of: bytes.span)) ?? "")\""
        var fields: Fields = ["etag": tag]
        var start = 0
        if resumes, request.fields["if-range"] == tag, let range = request.fields["range"] {
            start = Int(range.dropFirst("bytes=".count).dropLast()) ?? 0
            fields.append("content-range", "bytes \(start)-\(bytes.count - 1)/\(bytes.count)")
        }
        let body = Array(bytes[start...])
        guard let cutAfter else {
            return responder.send(Response(status: start > 0 ? 206 : 200, fields: fields, body: body))
        }
        let answer = responder.begin(status: start > 0 ? 206 : 200, fields: fields, length: body.count)
        answer.write(Array(body.prefix(cutAfter))) { _ in answer.finish() }
    }
}

/// The server is made with its handler, the hub with its server.
private final class Door: RequestHandler {
    let hub = Mutex<WeakHub>(WeakHub())

    func respond(to request: Request, body: RequestBody, responder: Responder) {
        hub.withLock { $0.hub }?.answer(request, responder)
    }
}

private struct WeakHub: Sendable { weak var hub: TestHub? }
