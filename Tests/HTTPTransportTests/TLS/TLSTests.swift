import Foundation
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("TLS")
struct TLSTests {
    private let certificate: TestCertificate

    init() throws { certificate = try TestCertificate("first") }

    private func server(
        answer: @escaping @Sendable (Request, RequestBody, Responder) -> Void = echo
    ) throws -> TestServer {
        try TestServer(secure: certificate, answer: answer)
    }

    @Test("TLS 1.2 and 1.3 carry HTTP/1.1, and the request knows it is secure", arguments: [Int32(0x0303), 0x0304])
    func versions(newest: Int32) throws {
        let secure = Box(false)
        let server = try server { request, body, responder in
            secure.value = request.isSecure
            echo(request, body, responder)
        }
        let client = try SecureClient(server, newest: newest)
        for round in 0..<3 { #expect(client.get("/\(round)").hasPrefix("HTTP/1.1 200 ")) }
        #expect(secure.value)
        #expect(client.chosenProtocol == "http/1.1")
    }

    @Test("TLS 1.1 and a client without a common protocol are refused")
    func refused() throws {
        let server = try server()
        #expect(throws: BlockingSocket.Failure.self) { try SecureClient(server, newest: 0x0302) }
        #expect(throws: BlockingSocket.Failure.self) { try SecureClient(server, protocols: "\u{6}spdy/1") }
        #expect(eventually { server.server.counters.openConnections == 0 })
        #expect(server.server.counters.requests == 0)
    }

    @Test("bodies of megabytes pass both ways")
    func large() throws {
        let server = try server { _, body, responder in
            body.collect(upTo: 10_000_000) { result in
                guard case .success(let bytes) = result else { return }
                responder.send(Response(status: 200, body: bytes.reversed()))
            }
        }
        let client = try SecureClient(server)
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(bytes.count)\r\nConnection: close\r\n\r\n".utf8)
        client.send(bytes)
        #expect(client.receive().suffix(bytes.count).elementsEqual(bytes.reversed()))
    }

    @Test("a client that ends its side after a whole request gets its answer, and the server's goodbye")
    func halfClose() throws {
        let waiting = Box<Responder?>(nil)
        let server = try server { _, _, responder in waiting.value = responder }
        let client = try SecureClient(server)
        client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
        #expect(eventually { waiting.value != nil })
        client.end()
        server.server.checkDeadlines()
        waiting.value?.send(.text("here"))
        #expect(String(decoding: client.receive(), as: UTF8.self).hasSuffix("here"))
    }

    @Test("a new certificate goes to new connections, open ones live on, and a bad one changes nothing")
    func reload() throws {
        let server = try server()
        let old = try SecureClient(server)
        #expect(old.commonName == "first")
        try certificate.write("second")
        #expect(try SecureClient(server).commonName == "first")
        try server.server.reloadCertificate()
        #expect(try SecureClient(server).commonName == "second")
        #expect(old.get("/old").hasPrefix("HTTP/1.1 200 "))
        try Data("nonsense".utf8).write(to: URL(filePath: certificate.files.chain))
        #expect(throws: TransportError.self) { try server.server.reloadCertificate() }
        #expect(try SecureClient(server).commonName == "second")
        #expect(old.get("/still").hasPrefix("HTTP/1.1 200 "))
    }

    @Test("a certificate that does not fit its key is refused at start, in one line that names the files")
    func mismatch() throws {
        let other = try TestCertificate("other")
        let files = CertificateFiles(chain: certificate.files.chain, key: other.files.key)
        let error = #expect(throws: TransportError.self) { _ = try TLSContext(files) }
        #expect(error?.description.contains(files.key) == true && error?.description.contains("\n") == false)
    }

    @Test("a key that is missing, no key, or locked is refused in one line that names it and says why")
    func badKeys() throws {
        let folder = try ScratchFolder()
        let keys = [
            (folder.path("none.pem"), "No such file"),
            (try folder.file("text.pem", Data("x".utf8)).path, "No supported data"),
            (try folder.file("locked.pem", Data(Self.lockedKey.utf8)).path, "passphrase"),
        ]
        for (path, reason) in keys {
            let error = #expect(throws: TransportError.self) {
                _ = try TLSContext(CertificateFiles(chain: certificate.chain, key: path))
            }
            let description = try #require(error?.description)
            #expect(description.hasPrefix("\(path): ") && description.contains(reason), "\(description)")
        }
    }

    @Test("what is no TLS is dropped, and a handshake has the header time")
    func noHandshake() throws {
        let server = try server()
        let plain = try server.client()
        try plain.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        _ = try? plain.receiveAll()
        #expect(eventually { server.server.counters.openConnections == 0 })
        let slow = try server.client()
        try slow.send([22, 3, 1])
        #expect(eventually { server.server.counters.openConnections == 1 })
        server.advance(10)
        _ = try? slow.receiveAll()
        #expect(server.server.counters.openConnections == 0)
        #expect(server.server.counters.timeouts == 1)
        #expect(server.server.counters.requests == 0)
    }

    /// Made by `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256` for this test alone.
    private static let lockedKey = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjibe7MA5bLKAICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEHaMJA7pFUraPoJobtBA3AIEgZAe
        rdRg0bmQ1P+7uNVKj5zS3EijgDCmKbIhgNvPN/yZSbdvEamTdfOIkDq+RQZ6hnGF
        ZtXlpYbxq+Z1XQ87RYkWShtRcGFgE8S5EqKpWZW++yz7h9CkdzfYlqqMQrVHLeTH
        d8TQTDWSH1wDjldbHcOUTs/5rBlH4723rJ/ufDP9MZW6g2PjAdr/xQeh5lFWqIY=
        -----END ENCRYPTED PRIVATE KEY-----

        """
}
