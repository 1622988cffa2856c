import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import silhouette

@Suite("SIGHUP", .timeLimit(.minutes(10)))
struct ReloadTests {
    @Test("new connections get the new certificate, open ones live on, and a bad file changes nothing")
    func certificate() throws {
        let certificate = try TestCertificate("first")
        let serve = try ServeProcess([
            "--tls-bind", "127.0.0.1:0", "--tls-certificate", certificate.chain, "--tls-key", certificate.key,
        ])
        let port = try serve.port()
        let open = try connect(port)
        #expect(open.commonName == "first" && alive(open))

        try certificate.write("second")
        serve.send(SIGHUP)
        try serve.waitFor("reloaded the certificate")
        #expect(try connect(port).commonName == "second")
        #expect(alive(open))

        serve.forgetLog()
        try Data("nonsense".utf8).write(to: URL(fileURLWithPath: certificate.key))
        serve.send(SIGHUP)
        let line = try serve.waitFor("did not reload the certificate")
        #expect(line.contains(certificate.key) && line.contains("stays as it was"))
        #expect(try connect(port).commonName == "second")
        #expect(alive(open))
    }

    @Test("exactly the tokens of the file are taken after it, a bad file changes nothing, and none is printed")
    func tokens() throws {
        let folder = try ScratchFolder()
        let (old, new) = ("old-token-0123456789abcdef", "new-token-0123456789abcdef")
        let write = { (text: String) in
            // In place, so that the file keeps its mode.
            let handle = try FileHandle(forWritingTo: folder.url("tokens"))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: Data(text.utf8))
        }
        let file = try folder.file("tokens", Data(old.utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        let serve = try ServeProcess([
            "--bind", "127.0.0.1:0", "--token-file", folder.path("tokens"), "--access-log", "--drain-delay", "0",
        ])
        try serve.waitFor("ready")
        let status = { (token: String) in
            try Int(serve.ask("/v1/models", fields: ["Authorization: Bearer \(token)"]).split(separator: " ")[1])
        }
        #expect(try status(old) == 200 && status(new) == 401)

        try write("# rotated\n\(new)\n")
        serve.send(SIGHUP)
        try serve.waitFor("reloaded the tokens")
        #expect(try status(old) == 401 && status(new) == 200)

        try write("short\n")
        serve.send(SIGHUP)
        let line = try serve.waitFor("did not reload the tokens")
        #expect(line.contains("\(folder.path("tokens")), line 1"))
        #expect(try status(old) == 401 && status(new) == 200)

        serve.send(SIGTERM)
        #expect(serve.end() == 0)
        let answers = serve.answers()
        #expect(answers.split(separator: "\n").count == 6 && answers.contains(#""path":"/v1/models""#), "\(answers)")
        #expect(serve.log.contains("token-file \(folder.path("tokens")) (flag)"))
        for secret in [old, new] { #expect(!serve.log.contains(secret) && !answers.contains(secret)) }
    }

    @Test("a bundle that changed answers without a request lost, and one that does not serve changes nothing")
    func bundles() throws {
        let bundles = try StarterVariants()
        let (first, second) = (try bundles.write("first"), try bundles.write("second"))
        let serve = try ServeProcess([
            "--bind", "127.0.0.1:0", "--bundle", first, "--bundle", second, "--warm", "first", "--precision", "fp32",
        ])
        try serve.waitFor("ready")
        for (name, path) in [("first", first), ("second", second)] {
            #expect(serve.log.contains("bundle \(name)@1 (\(path)) sha256:"), "\(serve.log)")
        }
        let picture = try Array(Data(contentsOf: Repository.scene))
        let port = try serve.port()
        let answers = Mutex([String]())
        let isOver = Atomic(false)
        let client = DispatchGroup()
        client.enter()
        Thread.detachNewThread {
            while !isOver.load(ordering: .relaxed) {
                let answer = Result { try Self.segment(picture, port) }
                answers.withLock { $0.append((try? answer.get()) ?? "\(answer)") }
            }
            client.leave()
        }
        try bundles.write("first", version: "2")
        serve.send(SIGHUP)
        try serve.waitFor("first@2 sha256:")
        try serve.waitFor("reloaded the bundle \(second)")
        let count = answers.withLock { $0.count }
        while answers.withLock({ $0.count }) < count + 2 { sched_yield() }
        isOver.store(true, ordering: .relaxed)
        client.wait()
        let found = answers.withLock { $0 }
        #expect(found.allSatisfy { $0.hasPrefix("HTTP/1.1 200 ") }, "\(found.map { $0.prefix(300) })")
        #expect(found.last?.contains(#""model":{"name":"first","version":"2""#) == true)

        serve.forgetLog()
        try bundles.write("first", version: "3")
        try bundles.damage("first")
        serve.send(SIGHUP)
        let line = try serve.waitFor("did not reload the bundle \(first)")
        #expect(line.contains("visual.safetensors: SHA-256 is") && line.contains("stays as it was"))
        #expect(try Self.segment(picture, port).contains(#""version":"2""#))
    }

    private static func segment(_ picture: [UInt8], _ port: Int) throws -> String {
        let socket = try BlockingSocket(port: port)
        let fields = ["Content-Type: image/png", "Content-Length: \(picture.count)", "Connection: close"]
        let query = "classes=blue%20star&options=%7B%22fusion%22:%22none%22%7D"
        try socket.send(ServeProcess.head("POST", "/v1/segment?\(query)", fields) + picture)
        return try socket.receiveAll()
    }

    private func connect(_ port: Int) throws -> SecureSocket {
        let socket = try BlockingSocket(port: port)
        return try SecureSocket(socket.descriptor, of: socket)
    }

    private func alive(_ client: SecureSocket) -> Bool {
        guard (try? client.send(ServeProcess.head("GET", "/livez", []))) != nil else { return false }
        return String(decoding: client.receive(), as: UTF8.self).hasPrefix("HTTP/1.1 200 ")
    }
}
