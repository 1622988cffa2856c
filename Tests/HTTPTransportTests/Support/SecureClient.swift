import CTLSClient
import Foundation
import TestSupport
import Testing

@testable import HTTPTransport

/// A folder with a certificate that is written anew when asked.
final class TestCertificate {
    let files: CertificateFiles
    private let folder: URL

    init(_ commonName: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(
            path: "silhouette-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        files = CertificateFiles(
            chain: folder.appending(path: "chain.pem").path, key: folder.appending(path: "key.pem").path)
        try write(commonName)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(_ commonName: String) throws {
        try #require(tlsclient_write_certificate(commonName, files.chain, files.key) == 1)
    }
}

/// A TLS client over a test client's socket.
final class SecureClient {
    let socket: TestClient
    private let client: UnsafeMutableRawPointer

    init(_ server: TestServer, protocols: String = "\u{8}http/1.1", newest: Int32 = 0x0304) throws {
        socket = try server.client()
        guard let client = tlsclient_connect(socket.descriptor, protocols, newest) else {
            throw BlockingSocket.Failure(what: "handshake")
        }
        self.client = client
    }

    deinit { tlsclient_free(client) }

    var chosenProtocol: String { name(tlsclient_protocol) }
    var commonName: String { name(tlsclient_common_name) }

    private func name(_ read: (UnsafeMutableRawPointer, UnsafeMutablePointer<CChar>) -> UnsafePointer<CChar>?) -> String
    {
        var name = [CChar](repeating: 0, count: 256)
        return read(client, &name).map { String(cString: $0) } ?? ""
    }

    func send(_ bytes: some Collection<UInt8>) {
        #expect(tlsclient_write(client, Array(bytes), Int32(bytes.count)) == Int32(bytes.count))
    }

    func end() { tlsclient_end(client) }

    /// Bytes until `isEnough` or the end.
    func receive(until isEnough: ([UInt8]) -> Bool = { _ in false }) -> [UInt8] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while !isEnough(received), case let count = tlsclient_read(client, &buffer, Int32(buffer.count)), count > 0 {
            received += buffer.prefix(Int(count))
        }
        return received
    }

    /// Just so many bytes.
    func receive(_ count: Int) throws -> [UInt8] {
        var received: [UInt8] = []
        while received.count < count {
            var buffer = [UInt8](repeating: 0, count: count - received.count)
            let read = tlsclient_read(client, &buffer, Int32(buffer.count))
            guard read > 0 else { throw BlockingSocket.Failure(what: "the connection ended") }
            received += buffer.prefix(Int(read))
        }
        return received
    }

    func get(_ path: String) -> String {
        send("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
        let wanted = "GET \(path) 0"
        return String(decoding: receive { $0.suffix(wanted.utf8.count).elementsEqual(wanted.utf8) }, as: UTF8.self)
    }
}
