import Dispatch
import Testing

@testable import HTTPTransport

@Suite("Backpressure")
struct BackpressureTests {
    @Test("what a lagging reader does not ask for stays with the client")
    func upload() throws {
        let waiting = Box<(RequestBody, Responder)?>(nil)
        let server = try TestServer { _, body, responder in waiting.value = (body, responder) }
        let client = try server.client()
        let total = 20_000_000
        try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(total)\r\n\r\n")
        #expect(eventually { waiting.value != nil })
        let piece = [UInt8](repeating: 7, count: 100_000)
        var sent = 0
        // Until the kernel's buffers on both sides are full as well.
        #expect(
            eventually {
                let before = sent
                sent += client.sendWithoutWaiting(Array(piece.prefix(total - sent)))
                return sent == before && server.server.counters.bytesRead > 64 * 1024
            })
        #expect(sent < total)
        #expect(server.server.counters.bytesRead <= 64 * 1024 * 3)
        let (body, responder) = try #require(waiting.value)
        body.collect(upTo: total) { result in
            if case .success(let bytes) = result {
                responder.send(.text("\(bytes == [UInt8](repeating: 7, count: total))"))
            }
        }
        try client.send([UInt8](repeating: 7, count: total - sent))
        #expect(try client.receiveResponse().body == "true")
    }

    @Test("a writer is held back while the client does not read, and its stack does not grow with the body")
    func download() throws {
        let pieces = 3_000
        let written = Box(0)
        let server = try TestServer { _, _, responder in
            let body = responder.begin(status: 200, fields: [:], length: pieces * 10_000)
            @Sendable func more(_ isOpen: Bool) {
                guard isOpen else { return }
                guard written.value < pieces else { return body.finish() }
                written.change { $0 += 1 }
                body.write([UInt8](repeating: 5, count: 10_000), resume: more)
            }
            more(true)
        }
        let client = try server.client(receiveBuffer: 64 * 1024)
        try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(eventually { written.value > 20 })
        server.server.checkDeadlines()
        let ahead = written.value
        server.server.checkDeadlines()
        #expect(written.value == ahead)
        #expect(ahead < pieces)
        _ = try client.receiveHead()
        #expect(try client.receive(pieces * 10_000) == [UInt8](repeating: 5, count: pieces * 10_000))
        #expect(eventually { written.value == pieces })
    }

    @Test("a client that does not read its answers is given little to keep in the kernel, and others are answered")
    func unread() throws {
        let answer = String(repeating: "x", count: 20_000)
        let server = try TestServer { _, _, responder in responder.send(.text(answer)) }
        let client = try server.client(receiveBuffer: 4096)
        let count = 500
        try client.send(String(repeating: "GET / HTTP/1.1\r\nHost: h\r\n\r\n", count: count))
        #expect(eventually { server.server.counters.bytesWritten > 0 })
        let other = try server.client()
        try other.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try other.receiveResponse().body == answer)
        #expect(server.server.counters.bytesWritten < 512 * 1024)
        for _ in 0..<count { #expect(try client.receiveResponse().body == answer) }
    }

    @Test("past the limit of all untaken answers the client that holds back most is cut, the others are not")
    func unsent() throws {
        let server = try TestServer(configure: { $0.limits.unsentBytes = 6 << 20 }) { request, _, responder in
            let size = request.path == "/large" ? 5 << 20 : 2 << 20
            responder.send(Response(status: 200, body: [UInt8](repeating: 1, count: size)))
        }
        let (large, small) = (try server.client(receiveBuffer: 4096), try server.client(receiveBuffer: 4096))
        try large.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n")
        _ = try large.receive(100)
        server.server.checkDeadlines()
        #expect(server.server.counters.openConnections == 2)
        try small.send("GET /small HTTP/1.1\r\nHost: h\r\n\r\n")
        _ = try small.receive(100)
        server.server.checkDeadlines()
        #expect(server.server.counters.openConnections == 1 && server.server.counters.timeouts == 1)
        #expect(try small.receive(1 << 20).count == 1 << 20)
    }

    @Test("pipelined requests wait outside while one is answered")
    func pipelining() throws {
        let waiting = Box<Responder?>(nil)
        let server = try TestServer { request, body, responder in
            if request.path == "/first" { waiting.value = responder } else { echo(request, body, responder) }
        }
        let client = try server.client()
        try client.send("GET /first HTTP/1.1\r\nHost: h\r\n\r\n")
        let request = Array("GET /next HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
        let count = 10_000
        // The kernel's buffers hold what the server leaves.
        try client.send(Array(repeatElement(request, count: count).joined()))
        #expect(eventually { server.server.counters.bytesRead >= 64 * 1024 })
        server.server.checkDeadlines()
        #expect(server.server.counters.requests == 1)
        #expect(server.server.counters.bytesRead <= 64 * 1024 * 2 + 100)
        #expect(count * request.count > 64 * 1024 * 4)
        waiting.value?.send(.text("first"))
        #expect(try client.receiveResponse().body == "first")
        for _ in 0..<count { #expect(try client.receiveResponse().body == "GET /next 0") }
    }
}
