import TestSupport
import Testing

@testable import HTTPTransport

extension TestCertificate {
    var files: CertificateFiles { CertificateFiles(chain: chain, key: key) }
}

/// A TLS client over a test client's socket.
final class SecureClient {
    let socket: TestClient
    private let client: SecureSocket

    init(_ server: TestServer, protocols: String = "\u{8}http/1.1", newest: Int32 = 0x0304) throws {
        socket = try server.client()
        client = try SecureSocket(socket.descriptor, of: socket, protocols: protocols, newest: newest)
    }

    var chosenProtocol: String { client.chosenProtocol }
    var commonName: String { client.commonName }

    func send(_ bytes: some Collection<UInt8>) {
        #expect(throws: Never.self) { try client.send(Array(bytes)) }
    }

    func end() { client.end() }

    /// Bytes until `isEnough` or the end.
    func receive(until isEnough: ([UInt8]) -> Bool = { _ in false }) -> [UInt8] {
        var received: [UInt8] = []
        while !isEnough(received), case let piece = client.receive(), !piece.isEmpty { received += piece }
        return received
    }

    /// Just so many bytes.
    func receive(_ count: Int) throws -> [UInt8] {
        var received: [UInt8] = []
        while received.count < count {
            let piece = client.receive(upTo: count - received.count)
            guard !piece.isEmpty else { throw BlockingSocket.Failure(what: "the connection ended") }
            received += piece
        }
        return received
    }

    func get(_ path: String) -> String {
        send("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
        let wanted = "GET \(path) 0"
        return String(decoding: receive { $0.suffix(wanted.utf8.count).elementsEqual(wanted.utf8) }, as: UTF8.self)
    }
}
