import Foundation
import Testing

@testable import HTTPTransport

@Suite("Requests that a server refuses itself")
struct RefusalTests {
    private static let cases: [(String, Int)] = [
        ("GET / HTTP/1.1\nHost: h\n\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 33554433\r\n\r\n", 413),
        ("GET /\(String(repeating: "a", count: 8192)) HTTP/1.1\r\nHost: h\r\n\r\n", 414),
        ("POST / HTTP/1.1\r\nHost: h\r\nExpect: more\r\nContent-Length: 1\r\n\r\nx", 417),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: \(String(repeating: "a", count: 16384))\r\n\r\n", 431),
        ("CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", 501),
        ("GET / HTTP/3.0\r\nHost: h\r\n\r\n", 505),
    ]

    @Test(
        "the answer is a problem made by the hook, the connection closes, what follows is not looked at",
        arguments: cases)
    func refused(text: String, status: Int) throws {
        let server = try TestServer(
            configure: { configuration in
                configuration.faultResponse = { fault, _, _ in
                    var response = Response(problem: fault)
                    response.fields.append("x-request-id", "req_1")
                    return response
                }
            }, answer: echo)
        let client = try server.client()
        try client.send(text + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n")
        let answer = try client.receiveAll()
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "))
        #expect(answer.contains("x-request-id: req_1\r\n"))
        #expect(answer.contains("connection: close\r\n"))
        #expect(answer.contains("\"status\":\(status)"))
        #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2)
        #expect(server.server.counters.faults == 1)
    }

    /// What came, and what the hook is then told of the request.
    private static let partialHeads: [(String, String?)] = [
        ("POST /a?b HTTP/1.1\r\nHost: h\r\nX-Request-Id: 7\r\nContent-Length: 33554433\r\n\r\n", "POST /a b 7"),
        ("GET /a HTTP/1.1\r\nHost: h\r\nX-Request-Id: 7\r\n folded\r\n\r\n", "GET /a - 7"),
        ("GET /a HTTP/1.1\r\nX-Request-Id: 7\r\nX: \(String(repeating: "a", count: 16384))\r\n\r\n", "GET /a - 7"),
        ("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "POST /a - -"),
        ("HEAD /a HTTP/1.1\r\nExpect: more\r\nHost: h\r\n\r\n", "HEAD /a - -"),
        ("GET /a  HTTP/1.1\r\nHost: h\r\n\r\n", nil),
    ]

    @Test("the hook is told the request as far as its head came, never the one before it", arguments: partialHeads)
    func partial(text: String, expected: String?) throws {
        let told = Box<String?>("nothing")
        let server = try TestServer(
            configure: { configuration in
                configuration.faultResponse = { fault, request, peer in
                    told.value = request.map { request in
                        let id = request.fields["x-request-id"] ?? "-"
                        return "\(request.method) \(request.path) \(request.query ?? "-") \(id)"
                    }
                    #expect(request?.peer ?? peer == peer && peer.host == "127.0.0.1")
                    return Response(problem: fault)
                }
            }, answer: echo)
        let client = try server.client()
        try client.send("GET /before HTTP/1.1\r\nHost: h\r\nX-Request-Id: 6\r\n\r\n")
        #expect(try client.receiveResponse().status == 200)
        try client.send(text)
        let answer = try client.receiveAll()
        #expect(told.value == expected)
        #expect(answer.contains("\"status\"") != (expected?.hasPrefix("HEAD") ?? false))
    }

    @Test("a body that goes bad fails its reader and cancels the request")
    func badBody() throws {
        let failure = Box<BodyFailure?>(nil)
        let cancelled = Box<BodyFailure?>(nil)
        let server = try TestServer { request, body, responder in
            responder.onCancel { cancelled.value = responder.cancellationReason }
            body.collect(upTo: 100) { result in
                if case .failure(let reason) = result { failure.value = reason }
            }
        }
        let client = try server.client()
        try client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nbcd")
        #expect(try client.receiveAll().hasPrefix("HTTP/1.1 400 "))
        #expect(failure.value == .fault(.malformed(.badChunkEnd)))
        #expect(cancelled.value == failure.value)
    }

    @Test("a collected body at its limit is whole, one past it is refused and not read on")
    func collectLimit() throws {
        let server = try TestServer { _, body, responder in
            body.collect(upTo: 10) { result in
                switch result {
                case .success(let bytes): responder.send(.text("\(bytes.count)"))
                case .failure(let reason): responder.send(.text("\(reason)", status: 413))
                }
            }
        }
        for (head, body, status) in [
            ("Content-Length: 10", "0123456789", 200), ("Content-Length: 11", "01234567890", 413),
            ("Transfer-Encoding: chunked", "a\r\n0123456789\r\n0\r\n\r\n", 200),
            ("Transfer-Encoding: chunked", "b\r\n01234567890\r\n0\r\n\r\n", 413),
        ] {
            let client = try server.client()
            try client.send("POST / HTTP/1.1\r\nHost: h\r\n\(head)\r\n\r\n\(body)")
            #expect(try client.receiveResponse().status == status)
        }
    }
}
