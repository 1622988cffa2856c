import Dispatch
import Testing

@testable import HTTPTransport

@Suite("Deadlines of a connection, by a clock that the tests move")
struct DeadlineTests {
    private func isOpen(_ server: TestServer) -> Bool { server.server.counters.openConnections == 1 }

    private func arrived(_ server: TestServer, _ bytes: Int) -> Bool {
        eventually { server.server.counters.bytesRead == bytes }
    }

    @Test("a connection without a request is closed after the header time, unanswered")
    func silent() throws {
        let server = try TestServer(answer: echo)
        let client = try server.client()
        #expect(eventually { isOpen(server) })
        server.advance(9.9)
        #expect(isOpen(server))
        server.advance(0.1)
        #expect(try client.receiveAll() == "")
        #expect(server.server.counters.timeouts == 1)
    }

    @Test("a header block that is not whole in time gets 408, however its bytes trickle")
    func slowHeader() throws {
        let server = try TestServer(answer: echo)
        let client = try server.client()
        for (number, piece) in ["GET / HTTP/1.1\r\n", "Host: h\r\n", "X: "].enumerated() {
            try client.send(piece)
            #expect(arrived(server, [16, 25, 28][number]))
            server.advance(3.3)
            #expect(isOpen(server))
        }
        server.advance(0.1)
        #expect(try client.receiveAll().hasPrefix("HTTP/1.1 408 "))
    }

    @Test("between requests the idle time counts, from the first byte of the next one the header time")
    func idle() throws {
        let server = try TestServer(answer: echo)
        let client = try server.client()
        let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
        try client.send(request)
        _ = try client.receiveResponse()
        server.advance(59.9)
        #expect(isOpen(server))
        try client.send(request)
        _ = try client.receiveResponse()
        server.advance(50)
        try client.send("GET ")
        #expect(arrived(server, 2 * request.utf8.count + 4))
        server.advance(9.9)
        #expect(isOpen(server))
        server.advance(0.1)
        #expect(try client.receiveAll().hasPrefix("HTTP/1.1 408 "))

        let another = try server.client()
        try another.send(request)
        _ = try another.receiveResponse()
        server.advance(60)
        #expect(try another.receiveAll() == "")
    }

    @Test("an answer with a time of its own is cut when that is over, however fast the client reads, one taken is not")
    func overdueAnswer() throws {
        let size = 8 << 20
        let server = try TestServer { request, _, responder in
            var response = Response(
                status: 200, body: [UInt8](repeating: 1, count: request.path == "/large" ? size : 10))
            response.takenWithin = 20
            responder.send(response)
        }
        let client = try server.client(receiveBuffer: 4096)
        try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.receiveResponse().body.utf8.count == 10)
        server.advance(25)
        #expect(isOpen(server))
        try client.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n")
        _ = try client.receive(1000)
        for _ in 0..<3 {
            server.advance(5)
            _ = try client.receive(100_000)
            #expect(isOpen(server))
        }
        server.advance(5)
        #expect(eventually { !isOpen(server) })
        #expect(server.server.counters.timeouts == 1 && server.server.counters.bytesWritten < size)
    }

    @Test("a handler may take its time")
    func slowHandler() throws {
        let waiting = Box<Responder?>(nil)
        let server = try TestServer { _, _, responder in waiting.value = responder }
        let client = try server.client()
        try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(eventually { waiting.value != nil })
        for _ in 0..<10 { server.advance(100) }
        waiting.value?.send(.text("done"))
        #expect(try client.receiveResponse().body == "done")
    }

    @Test("a body below the minimum rate gets 408, one at it goes on")
    func slowBody() throws {
        let failure = Box<BodyFailure?>(nil)
        let server = try TestServer { _, body, _ in
            body.collect(upTo: 1_000_000) { result in
                if case .failure(let reason) = result { failure.value = reason }
            }
        }
        let client = try server.client()
        let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n"
        try client.send(head)
        #expect(arrived(server, head.utf8.count))
        server.advance(0)
        try client.send([UInt8](repeating: 0, count: 10_240))
        #expect(arrived(server, head.utf8.count + 10_240))
        server.advance(10)
        #expect(isOpen(server) && failure.value == nil)
        try client.send([UInt8](repeating: 0, count: 10_239))
        #expect(arrived(server, head.utf8.count + 20_479))
        server.advance(10)
        #expect(try client.receiveAll().hasPrefix("HTTP/1.1 408 "))
        #expect(failure.value == .fault(.tooSlow(seconds: 10)))
    }

    @Test("a reader that lags is not the client's fault")
    func laggingReader() throws {
        let waiting = Box<(RequestBody, Responder)?>(nil)
        let server = try TestServer { _, body, responder in waiting.value = (body, responder) }
        let client = try server.client()
        try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n")
        #expect(eventually { waiting.value != nil })
        for _ in 0..<10 { server.advance(20) }
        let (body, responder) = try #require(waiting.value)
        body.collect(upTo: 4) { result in
            if case .success(let bytes) = result { responder.send(.text("\(bytes.count)")) }
        }
        try client.send("body")
        #expect(try client.receiveResponse().body == "4")
    }

    @Test("a client that reads its answer too slowly is cut and its request cancelled")
    func slowRead() throws {
        let cancelled = Box(false)
        let server = try TestServer { _, _, responder in
            responder.onCancel { cancelled.value = true }
            let body = responder.begin(status: 200, fields: [:])
            @Sendable func more(_ isOpen: Bool) {
                if isOpen { body.write([UInt8](repeating: 0, count: 100_000), resume: more) }
            }
            more(true)
        }
        let client = try server.client(receiveBuffer: 4096)
        try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(eventually { server.server.counters.requests == 1 })
        server.advance(0)
        server.advance(9.9)
        #expect(isOpen(server))
        server.advance(0.1)
        server.advance(10)
        #expect(!isOpen(server))
        #expect(cancelled.value)
        withExtendedLifetime(client) {}
    }

    @Test("a client that keeps sending after its last answer is cut after the linger time")
    func linger() throws {
        let server = try TestServer(answer: echo)
        let client = try server.client()
        try client.send("BAD\r\n\r\n")
        #expect(try client.receiveAll().hasPrefix("HTTP/1.1 400 "))
        try client.send("more")
        #expect(arrived(server, 11))
        server.advance(1.9)
        #expect(isOpen(server))
        server.advance(0.1)
        #expect(!isOpen(server))
    }
}
