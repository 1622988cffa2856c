import Dispatch
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("Clients that leave, connections past a limit, and the end of a server")
struct LifeTests {
    /// A server whose requests wait in a box, and whether one was cancelled.
    private func waitingServer(
        _ waiting: Box<Responder?>, _ cancelled: Box<Int>, readsBody: Bool = false
    ) throws -> TestServer {
        try TestServer { _, body, responder in
            responder.onCancel { cancelled.change { $0 += 1 } }
            if readsBody { body.collect(upTo: 1000) { _ in } }
            waiting.value = responder
        }
    }

    private static let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    @Test("a reset cancels the request, and its late answer is dropped")
    func reset() throws {
        let (waiting, cancelled) = (Box<Responder?>(nil), Box(0))
        let server = try waitingServer(waiting, cancelled)
        let client = try server.client()
        try client.send(Self.request)
        #expect(eventually { waiting.value != nil })
        #expect(cancelled.value == 0 && waiting.value?.isCancelled == false)
        client.reset()
        #expect(eventually { cancelled.value == 1 })
        #expect(waiting.value?.isCancelled == true)
        waiting.value?.send(.text("late"))
        waiting.value?.onCancel { cancelled.change { $0 += 1 } }
        #expect(cancelled.value == 2)
        #expect(server.server.counters.cancelled == 1)
        #expect(eventually { server.server.counters.openConnections == 0 })
    }

    @Test("an end within the body cancels the request, whether its reader waits or lags", arguments: [true, false])
    func endWithinBody(readsBody: Bool) throws {
        let (waiting, cancelled) = (Box<Responder?>(nil), Box(0))
        let server = try waitingServer(waiting, cancelled, readsBody: readsBody)
        let client = try server.client()
        try client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf")
        #expect(eventually { waiting.value != nil })
        client.closeSending()
        #expect(eventually { cancelled.value == 1 })
        #expect(try client.receiveAll() == "")
    }

    @Test("an end within the header block closes without an answer")
    func endWithinHead() throws {
        let server = try TestServer(answer: echo)
        let client = try server.client()
        try client.send("GET / HTTP/1.1\r\nHo")
        client.closeSending()
        #expect(try client.receiveAll() == "")
    }

    @Test("a client that closes its sending side after whole requests gets all answers")
    func halfClose() throws {
        let (waiting, cancelled) = (Box<Responder?>(nil), Box(0))
        let server = try TestServer { request, body, responder in
            guard request.path == "/wait" else { return echo(request, body, responder) }
            responder.onCancel { cancelled.change { $0 += 1 } }
            waiting.value = responder
        }
        let client = try server.client()
        try client.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n")
        client.closeSending()
        #expect(eventually { waiting.value != nil })
        server.server.checkDeadlines()
        waiting.value?.send(.text("here"))
        #expect(try client.receiveResponse().body == "here")
        #expect(try client.receiveResponse().body == "GET /next 0")
        #expect(try client.receiveAll() == "")
        #expect(cancelled.value == 0)
    }

    @Test("connections up to the limit are served, one past it is closed unanswered and counted")
    func connectionLimit() throws {
        let server = try TestServer(configure: { $0.limits.connections = 3 }, answer: echo)
        var clients = try (0..<3).map { _ in try server.client() }
        for client in clients {
            try client.send(Self.request)
            #expect(try client.receiveResponse().status == 200)
        }
        #expect(try server.client().receiveAll() == "")
        #expect(server.server.counters.refusedConnections == 1)
        clients.removeLast()
        #expect(eventually { server.server.counters.openConnections == 2 })
        let another = try server.client()
        try another.send(Self.request)
        #expect(try another.receiveResponse().status == 200)
    }

    @Test("one address has its own limit, unless its network is unlimited", arguments: [true, false])
    func addressLimit(isUnlimited: Bool) throws {
        let server = try TestServer(
            configure: { configuration in
                configuration.limits.connectionsPerAddress = 2
                if !isUnlimited { configuration.unlimitedNetworks = [] }
            }, answer: echo)
        let clients = try (0..<2).map { _ in try server.client() }
        #expect(eventually { server.server.counters.openConnections == 2 })
        let third = try server.client()
        if isUnlimited {
            try third.send(Self.request)
            #expect(try third.receiveResponse().status == 200)
        } else {
            #expect(try third.receiveAll() == "")
        }
        withExtendedLifetime(clients) {}
    }

    @Test("draining closes idle connections, answers what was accepted, takes no more and then is done")
    func drain() throws {
        let waiting = Box<Responder?>(nil)
        let server = try TestServer { request, body, responder in
            if request.path == "/wait" { waiting.value = responder } else { echo(request, body, responder) }
        }
        let (idle, busy, fresh) = (try server.client(), try server.client(), try server.client())
        try idle.send(Self.request)
        _ = try idle.receiveResponse()
        try busy.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(eventually { waiting.value != nil && server.server.counters.openConnections == 3 })
        let outcome = Box<Bool?>(nil)
        server.server.drain(within: 30) { outcome.value = $0 }
        #expect(try idle.receiveAll() == "")
        #expect(throws: BlockingSocket.Failure.self) { try server.client() }
        // Its request may have been on the way.
        try fresh.send(Self.request)
        #expect(try fresh.receiveAll().contains("connection: close\r\n"))
        #expect(outcome.value == nil)
        waiting.value?.send(.text("done"))
        let answer = try busy.receiveAll()
        #expect(answer.contains("connection: close\r\n") && answer.hasSuffix("done"))
        busy.closeSending()
        fresh.closeSending()
        #expect(eventually { outcome.value == true })
    }

    @Test("a drain that takes too long cuts what is left")
    func drainDeadline() throws {
        let (waiting, cancelled) = (Box<Responder?>(nil), Box(0))
        let server = try waitingServer(waiting, cancelled)
        let client = try server.client()
        try client.send(Self.request)
        #expect(eventually { waiting.value != nil })
        let outcome = Box<Bool?>(nil)
        server.server.drain(within: 30) { outcome.value = $0 }
        server.advance(29.9)
        #expect(outcome.value == nil)
        server.advance(0.1)
        #expect(outcome.value == false)
        #expect(cancelled.value == 1)
        #expect(try client.receiveAll() == "")
    }

    @Test("stopping cancels what is open")
    func stop() throws {
        let (waiting, cancelled) = (Box<Responder?>(nil), Box(0))
        let server = try waitingServer(waiting, cancelled)
        let client = try server.client()
        try client.send(Self.request)
        #expect(eventually { waiting.value != nil })
        server.server.stop()
        #expect(cancelled.value == 1)
        #expect(try client.receiveAll() == "")
    }
}
