import TestSupport
import Testing

@testable import HTTPTransport

/// Where the library is milder than the clause asks for.
@Suite("HTTP/2: rules that the session sees to itself")
struct HTTP2RuleTests {
    @Test("RFC 9113 §5.1.1: a number that was passed over or used ends the connection", arguments: [3, 5] as [Int32])
    func smallerNumber(stream: Int32) throws {
        let server = try TestServer(answer: echo)
        let client = try HTTP2Client(server)
        try client.send(.request(5))
        #expect(try client.receiveAnswer().status == "200")
        try client.send(.request(stream))
        #expect(try client.receive(.goaway).errorCode == 1)
        #expect(server.server.counters.requests == 1)
    }

    @Test("trailers of a stream that the server has just reset are no request")
    func lateTrailers() throws {
        let server = try TestServer { _, _, responder in responder.send(.text("enough")) }
        let client = try HTTP2Client(server)
        try client.send(.request(1, "POST", "/", isLast: false))
        #expect(try client.receiveAnswer().body == "enough")
        #expect(try client.receive(.reset).errorCode == 0)
        let trailers = Frame(
            kind: .headers, flags: Frame.endHeaders | Frame.endStream, stream: 1, payload: Frame.block([("x", "y")]))
        try client.send(.data(1, [1, 2, 3]), trailers, .request(3))
        #expect(try client.receiveAnswer().status == "200")
        #expect(server.server.counters.requests == 2)
    }

    @Test("RFC 9113 §6.9.2: settings at a window's largest hold, one past it ends the connection")
    func windowOverflow() throws {
        let held = Box<[Responder]>([])
        let server = try TestServer { _, _, responder in held.change { $0.append(responder) } }
        let client = try HTTP2Client(server, settings: [(4, 100)])
        try client.send(.request(1), .request(3), .windowUpdate(3, UInt32(Int32.max) - 200))
        try client.send(.settings([(4, 200)]), .request(5))
        #expect(eventually { held.value.count == 3 })
        try client.send(.settings([(4, 201)]))
        #expect(try client.receive(.goaway, .reset).errorCode == 3)
        #expect(eventually { held.value.allSatisfy(\.isCancelled) })
    }

    @Test("a client that closes its side gets what its windows let through, and nothing is kept for what they do not")
    func closedSide() throws {
        let server = try TestServer(answer: echo)
        for window: UInt32 in [7, 6] {
            let client = try HTTP2Client(server, settings: [(4, window)])
            // "GET / 0", 7 bytes.
            try client.send(.request(1))
            _ = try client.receive(.headers)
            client.socket.closeSending()
            let last = try client.receive(.data, .reset)
            #expect(last.payload.count == Int(window))
            if window == 6 { #expect(try client.receive(.reset).errorCode == 8) }
            #expect(try client.socket.receiveAll().isEmpty)
        }
        #expect(eventually { server.server.counters.openConnections == 0 })
    }

    @Test("streams past the limit are refused so often as resets are allowed, then it is a flood")
    func refusedStreams() throws {
        let held = Box<[Responder]>([])
        let server = try TestServer { _, _, responder in held.change { $0.append(responder) } }
        let client = try HTTP2Client(server)
        try client.send(stride(from: Int32(1), to: 529, by: 2).map { Frame.request($0) })
        for _ in 0..<200 { #expect(try client.receive(.reset).errorCode == 7) }
        #expect(server.server.counters.floods == 0 && held.value.count == 64)
        try client.send(.request(2003))
        #expect(try client.receive(.goaway).errorCode == 11)
        #expect(server.server.counters.floods == 1)
    }
}
