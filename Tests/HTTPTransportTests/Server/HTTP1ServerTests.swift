import Dispatch
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("HTTP/1.1 over sockets")
struct HTTP1ServerTests {
    @Test(
        "a server answers over IPv4, IPv6 and a Unix socket",
        arguments: [
            ListenAddress.internet(host: "127.0.0.1", port: 0), .internet(host: "::1", port: 0),
            .unix(path: "/tmp/silhouette-\(UInt32.random(in: 0...UInt32.max)).sock"),
        ])
    func addresses(address: ListenAddress) throws {
        let peer = Box("")
        let server = try TestServer(address) { request, body, responder in
            peer.value = request.peer.host
            echo(request, body, responder)
        }
        let client = try server.client()
        try client.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n")
        let response = try client.receiveResponse()
        #expect(response.status == 200)
        #expect(response.body == "GET /x 0")
        #expect(response.field("date")?.hasSuffix(" GMT") == true)
        switch address {
        case .internet(let host, _): #expect(peer.value == host)
        case .unix: #expect(peer.value == "unix")
        }
    }

    @Test("one connection carries many requests, with bodies and without, and counts them")
    func keepAlive() throws {
        let server = try TestServer(answer: echo)
        let client = try server.client()
        for round in 0..<5 {
            try client.send("GET /\(round) HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try client.receiveResponse().body == "GET /\(round) 0")
            try client.send("POST /\(round) HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody")
            #expect(try client.receiveResponse().body == "POST /\(round) 4")
            try client.send(
                "PUT /\(round) HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n1\r\nf\r\n0\r\n\r\n"
            )
            #expect(try client.receiveResponse().body == "PUT /\(round) 6")
        }
        let counters = server.server.counters
        #expect(counters.requests == 15)
        #expect(counters.acceptedConnections == 1)
        #expect(counters.openConnections == 1)
        #expect(counters.bytesRead > 0 && counters.bytesWritten > 0)
    }

    @Test(
        "pipelined requests are answered in order, also by another thread and in random pieces",
        arguments: [UInt64](1...4))
    func pipelining(seed: UInt64) throws {
        let server = try TestServer { request, body, responder in
            guard request.path.hasSuffix("7") else { return echo(request, body, responder) }
            DispatchQueue.global().async { echo(request, body, responder) }
        }
        let client = try server.client()
        var bytes: [UInt8] = []
        for number in 0..<200 {
            let text =
                number % 3 == 0
                ? "POST /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
                : "GET /\(number) HTTP/1.1\r\nHost: h\r\n\r\n"
            bytes += text.utf8
        }
        var random = SplitMix64(seed: seed)
        var start = 0
        while start < bytes.count {
            let end = min(
                bytes.count, start + Int.random(in: 1...[50, 500, 5000, 100_000][Int(seed) - 1], using: &random))
            try client.send(Array(bytes[start..<end]))
            start = end
        }
        for number in 0..<200 {
            #expect(try client.receiveResponse().body == (number % 3 == 0 ? "POST /\(number) 3" : "GET /\(number) 0"))
        }
    }

    @Test("a close asked for by the client is told and done")
    func close() throws {
        let server = try TestServer(answer: echo)
        for request in ["GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\n\r\n"] {
            let client = try server.client()
            try client.send(request)
            let text = try client.receiveAll()
            #expect(text.contains("connection: close\r\n") && text.hasSuffix("GET / 0"))
        }
        #expect(eventually { server.server.counters.openConnections == 0 })
    }

    @Test("HTTP/1.0 keeps the connection when it asks to")
    func oldKeepAlive() throws {
        let server = try TestServer(answer: echo)
        let client = try server.client()
        for _ in 0..<2 {
            try client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try client.receiveResponse().field("connection") == "keep-alive")
        }
    }

    @Test("HEAD gets the length but no body, OPTIONS * reaches the handler, 204 has no length")
    func bodiless() throws {
        let server = try TestServer { request, body, responder in
            request.path == "/none" ? responder.send(Response(status: 204)) : echo(request, body, responder)
        }
        let client = try server.client()
        try client.send(
            "HEAD /x HTTP/1.1\r\nHost: h\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: h\r\n\r\nGET /none HTTP/1.1\r\nHost: h\r\n\r\n"
        )
        #expect(try client.receiveResponse(toHead: true).field("content-length") == "9")
        #expect(try client.receiveResponse().body == "OPTIONS * 0")
        let none = try client.receiveResponse()
        #expect(none.status == 204 && none.field("content-length") == nil && none.field("transfer-encoding") == nil)
    }

    @Test("100 is sent when the body is asked for, and not where the answer needs none")
    func expectation() throws {
        let server = try TestServer { request, body, responder in
            request.path == "/no" ? responder.send(.text("no", status: 403)) : echo(request, body, responder)
        }
        let client = try server.client()
        try client.send("POST /yes HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        #expect(try client.receiveHead() == "HTTP/1.1 100 Continue\r\n\r\n")
        try client.send("body")
        #expect(try client.receiveResponse().body == "POST /yes 4")
        try client.send("POST /eager HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody")
        #expect(try client.receiveResponse().body == "POST /eager 4")
        try client.send("POST /no HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        let refused = try client.receiveAll()
        #expect(refused.hasPrefix("HTTP/1.1 403 ") && refused.contains("connection: close"))
    }

    @Test("an answer before the body is whole is delivered although the client still sends")
    func earlyAnswer() throws {
        let server = try TestServer { _, _, responder in responder.send(.text("early", status: 401)) }
        let client = try server.client()
        try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 30000000\r\n\r\n")
        let piece = [UInt8](repeating: 0, count: 100_000)
        for _ in 0..<30 { try client.send(piece) }
        #expect(try client.receiveAll().hasSuffix("early"))
    }

    @Test("streamed answers come in chunks, with a told length as they are, to HTTP/1.0 until the close")
    func streaming() throws {
        let server = try TestServer { request, _, responder in
            let body = responder.begin(status: 200, fields: [:], length: request.path == "/told" ? 10 : nil)
            DispatchQueue.global().async {
                body.write(Array("hello".utf8)) { _ in body.write(Array("world".utf8)) { _ in body.finish() } }
            }
        }
        let client = try server.client()
        for path in ["/told", "/untold"] {
            try client.send("GET \(path) HTTP/1.1\r\nHost: h\r\n\r\n")
            let response = try client.receiveResponse()
            #expect(response.body == "helloworld")
            #expect((response.field("transfer-encoding") == "chunked") == (path == "/untold"))
        }
        try client.send("HEAD /untold HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.receiveResponse(toHead: true).field("transfer-encoding") == "chunked")
        try client.send("GET /untold HTTP/1.0\r\n\r\n")
        #expect(try client.receiveResponse().body == "helloworld")
    }

    @Test("a streamed body that is shorter than told cuts the connection")
    func shortBody() throws {
        let server = try TestServer { _, _, responder in
            let body = responder.begin(status: 200, fields: [:], length: 10)
            body.write(Array("short".utf8)) { _ in body.finish() }
        }
        let client = try server.client()
        try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(try client.receiveAll().hasSuffix("short"))
    }

    @Test("a responder that is let go of answers 500")
    func abandoned() throws {
        let server = try TestServer { _, _, _ in }
        let client = try server.client()
        try client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(eventually { server.server.counters.requests == 1 })
        server.server.checkDeadlines()
        let text = try client.receiveAll()
        #expect(text.hasPrefix("HTTP/1.1 500 ") && text.contains("application/problem+json"))
    }

    @Test("an address in use is said to be")
    func addressInUse() throws {
        let server = try TestServer(answer: echo)
        #expect(throws: TransportError.cannotListen(address: "\(server.address)", reason: "Address already in use")) {
            _ = try HTTPServer(ServerConfiguration(addresses: [server.address]), handler: NoHandler())
        }
    }
}

private struct NoHandler: RequestHandler {
    func respond(to request: Request, body: RequestBody, responder: Responder) {}
}
