import TestSupport
import Testing

@testable import HTTPTransport

@Suite("HTTP/2: clients that leave, deadlines, drain")
struct HTTP2LifeTests {
    @Test("a reset stream and a closed connection cancel their requests", arguments: [true, false])
    func cancelled(byReset: Bool) throws {
        let cancelled = Box(0)
        let held = Box<Responder?>(nil)
        let server = try TestServer { _, _, responder in
            responder.onCancel { cancelled.change { $0 += 1 } }
            held.value = responder
        }
        let client = try HTTP2Client(server)
        try client.send(.request(1))
        #expect(eventually { held.value != nil })
        if byReset { try client.send(.reset(1)) } else { client.socket.closeSending() }
        #expect(eventually { cancelled.value == 1 })
        held.value?.send(.text("late"))
        #expect(server.server.counters.cancelled == 1)
        if !byReset { #expect(eventually { server.server.counters.openConnections == 0 }) }
    }

    @Test("an answer that the client's window holds up is given up at the rate's end")
    func zeroWindow() throws {
        let cancelled = Box(false)
        let server = try TestServer { _, _, responder in
            responder.onCancel { cancelled.value = true }
            responder.send(Response(status: 200, body: [UInt8](repeating: 0, count: 100_000)))
        }
        let client = try HTTP2Client(server, settings: [(4, 0)])
        try client.send(.request(1))
        #expect(try client.receive(.headers).stream == 1)
        server.advance(0)
        server.advance(9.9)
        #expect(!cancelled.value)
        server.advance(0.1)
        #expect(cancelled.value)
        #expect(try client.receive(.reset).errorCode == 8)
    }

    @Test("a body that comes too slowly gets 408 on its stream")
    func slowBody() throws {
        let server = try TestServer(answer: echo)
        let client = try HTTP2Client(server)
        try client.send(.request(1, "POST", "/", isLast: false))
        #expect(eventually { server.server.counters.requests == 1 })
        server.advance(0)
        server.advance(10)
        #expect(try client.receiveAnswer().status == "408")
    }

    @Test("a responder that is let go of answers 500 on its stream")
    func abandoned() throws {
        let server = try TestServer { _, _, _ in }
        let client = try HTTP2Client(server)
        try client.send(.request(1))
        #expect(eventually { server.server.counters.requests == 1 })
        server.server.checkDeadlines()
        #expect(try client.receiveAnswer().status == "500")
    }

    @Test("without a request the connection ends after the header time, after its last one when idle for a minute")
    func idle() throws {
        let server = try TestServer(answer: echo)
        let silent = try HTTP2Client(server)
        server.advance(9.9)
        let client = try HTTP2Client(server)
        try client.send(.request(1))
        _ = try client.receiveAnswer()
        server.advance(0.1)
        #expect(try silent.receive(.goaway).errorCode == 0)
        server.advance(59.8)
        try client.send(.request(3))
        _ = try client.receiveAnswer()
        server.advance(60)
        #expect(try client.receive(.goaway).errorCode == 0)
    }

    @Test("a header block that is not whole in time ends the connection")
    func slowHead() throws {
        let server = try TestServer(answer: echo)
        let client = try HTTP2Client(server)
        try client.send(.request(1))
        _ = try client.receiveAnswer()
        var head = Frame.request(3)
        head.flags = Frame.endStream
        let before = server.server.counters.bytesRead
        try client.send(head)
        #expect(eventually { server.server.counters.bytesRead == before + head.bytes.count })
        server.advance(9.9)
        #expect(server.server.counters.timeouts == 0)
        server.advance(0.1)
        #expect(server.server.counters.timeouts == 1)
        #expect(try client.receive(.goaway).errorCode == 0)
    }

    @Test("draining announces the end, takes what is on its way, says the end, and closes after the last answer")
    func drain() throws {
        let held = Box<Responder?>(nil)
        let server = try TestServer { request, body, responder in
            if request.path == "/wait" { held.value = responder } else { echo(request, body, responder) }
        }
        let client = try HTTP2Client(server)
        try client.send(.request(1, "GET", "/wait"))
        #expect(eventually { held.value != nil })
        let outcome = Box<Bool?>(nil)
        server.server.drain(within: 30) { outcome.value = $0 }
        let notice = try client.receive(.goaway)
        #expect(Frame.word(notice.payload, 0) == UInt32(Int32.max) && notice.errorCode == 0)
        try client.send(.request(3))
        #expect(try client.receiveAnswer().status == "200")
        server.advance(0.5)
        #expect(Frame.word(try client.receive(.goaway).payload, 0) == 3)
        held.value?.send(.text("done"))
        #expect(try client.receiveAnswer().body == "done")
        client.socket.closeSending()
        #expect(eventually { outcome.value == true })
    }

    @Test("bytes that are no HTTP/2 after the preface end the connection")
    func garbage() throws {
        let server = try TestServer(answer: echo)
        for seed in UInt64(1)...20 {
            var random = SplitMix64(seed: seed)
            let client = try server.client()
            try client.send(HTTP2Client.preface + (0..<2000).map { _ in UInt8.random(in: 0...255, using: &random) })
            client.closeSending()
            _ = try? client.receiveAll()
        }
        #expect(eventually { server.server.counters.openConnections == 0 })
        #expect(server.server.counters.requests == 0)
    }
}
