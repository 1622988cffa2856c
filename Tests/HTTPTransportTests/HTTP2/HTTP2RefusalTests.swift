import TestSupport
import Testing

@testable import HTTPTransport

@Suite("HTTP/2: refusals and floods")
struct HTTP2RefusalTests {
    private static let many: [(String, String)] = Array(repeating: ("x", "y"), count: 101)

    private static func twoFields(_ total: Int) -> [(String, String)] {
        // Each counts its name, its value and four bytes more.
        [("x", String(repeating: "v", count: 500)), ("y", String(repeating: "v", count: total - 510))]
    }

    private static let refusals: [(Frame, String)] = [
        (.request(1, "GET", "/" + String(repeating: "a", count: 8191)), "200"),
        (.request(1, "GET", "/" + String(repeating: "a", count: 8192)), "414"),
        (.request(1, "GET", "/", Array(many.prefix(100))), "200"),
        (.request(1, "GET", "/", many), "431"),
        (.request(1, "GET", "/", twoFields(1000)), "200"),
        (.request(1, "GET", "/", twoFields(1001)), "431"),
        (.request(1, String(repeating: "A", count: 33), "/"), "501"),
        (.request(1, "GET", "/%zz"), "400"),
        (.request(1, "GET", "/", [("host", "other")]), "400"),
        (.request(1, "GET", "/", [("host", "H")]), "200"),
        (.request(1, "POST", "/", isLast: false, [("content-length", "33554433")]), "413"),
        (.request(1, "POST", "/", isLast: false, [("expect", "more")]), "417"),
    ]

    @Test("limits hold as in HTTP/1.1, each with an answer on its stream", arguments: refusals)
    func refused(frame: Frame, status: String) throws {
        let server = try TestServer(configure: { $0.limits.headerBytes = 1000 }, answer: echo)
        let client = try HTTP2Client(server)
        try client.send(frame)
        #expect(try client.receiveAnswer().status == status)
        try client.send(.request(3))
        #expect(try client.receiveAnswer().status == "200")
    }

    @Test("the hook is told the request as far as its head came, or whole where the body is at fault")
    func partial() throws {
        let told = Box<[String]>([])
        let server = try TestServer(
            configure: { configuration in
                configuration.limits.bodyBytes = 10
                configuration.faultResponse = { fault, request, _ in
                    let id = request?.fields["x-request-id"] ?? "-"
                    told.change { $0.append("\(fault.status) \(request?.method ?? "-") \(request?.path ?? "-") \(id)") }
                    #expect(request?.peer.host ?? "127.0.0.1" == "127.0.0.1")
                    return Response(problem: fault)
                }
            }, answer: echo)
        let client = try HTTP2Client(server)
        let id = ("x-request-id", "7")
        let cases: [(Frame, String)] = [
            (.request(1, "POST", "/a", isLast: false, [("content-length", "11"), id]), "413 POST /a 7"),
            (.request(3, "HEAD", "/a", [("expect", "more"), id]), "417 HEAD /a 7"),
            (.request(5, "GET", "/a", [id] + Self.many), "431 GET /a 7"),
            (.request(7, "GET", "/%zz", [id]), "400 - - -"),
            (.request(9, "POST", "/a", isLast: false, [id]), "413 POST /a 7"),
        ]
        for (frame, _) in cases {
            try client.send(frame)
            if frame.stream == 9 { try client.send(.data(9, [UInt8](repeating: 0, count: 11))) }
            let answer = try client.receiveAnswer()
            #expect(answer.body.isEmpty == (frame.stream == 3))
        }
        #expect(told.value == cases.map(\.1))
    }

    @Test("a body past the limit without a told length gets 413 and fails its reader")
    func largeBody() throws {
        let failure = Box<BodyFailure?>(nil)
        let server = try TestServer(configure: { $0.limits.bodyBytes = 10 }) { _, body, responder in
            body.collect(upTo: 100) { result in
                switch result {
                case .success(let bytes): responder.send(.text("\(bytes.count)"))
                case .failure(let reason): failure.value = reason
                }
            }
        }
        let client = try HTTP2Client(server)
        try client.send(
            .request(1, "POST", "/", isLast: false), .data(1, [UInt8](repeating: 0, count: 10), isLast: true))
        #expect(try client.receiveAnswer().body == "10")
        try client.send(.request(3, "POST", "/", isLast: false), .data(3, [UInt8](repeating: 0, count: 11)))
        #expect(try client.receiveAnswer().status == "413")
        #expect(failure.value == .fault(.bodyTooLarge(limit: 10, actual: nil)))
    }

    @Test("a malformed request resets its stream only")
    func malformed() throws {
        let server = try TestServer(answer: echo)
        let client = try HTTP2Client(server)
        try client.send(.request(1, "GET", "/", [("connection", "close")]))
        #expect(try client.receive(.reset).errorCode == 1)
        try client.send(.request(3))
        #expect(try client.receiveAnswer().status == "200")
        #expect(server.server.counters.requests == 1)
    }

    private static let wait = "/wait"

    /// What a flood sends, so often as is allowed, and what is then too much. The client's SETTINGS and its
    /// acknowledgement count with the other control frames; each DATA of the server allows two updates more.
    private static func flood(_ name: String) -> (allowed: [Frame], more: [Frame]) {
        let openings = stride(from: Int32(1), to: 401, by: 2)
        switch name {
        case "resets":
            return (openings.flatMap { [.request($0, "GET", wait), .reset($0)] }, [.request(2003), .reset(2003)])
        case "made to reset":
            let malformed = [("connection", "close")]
            return (openings.map { .request($0, "GET", wait, malformed) }, [.request(2003, "GET", wait, malformed)])
        case "settings": return (repeated(198, .settings()), [.settings()])
        case "pings": return (repeated(198, ping), [ping])
        case "priorities": return (repeated(198, priority), [priority])
        case "empty data":
            let open = Frame.request(1, "POST", wait, isLast: false)
            return ([open] + repeated(200, .data(1, [])), [.data(1, [])])
        case "padding":
            let open = Frame.request(1, "POST", wait, isLast: false)
            let padding = Frame(kind: .data, flags: Frame.padded, stream: 1, payload: [2, 0, 0])
            return ([open] + repeated(200, padding), [padding])
        case "unknown":
            let unknown = Frame(kind: .unknown)
            return (repeated(198, unknown), [unknown])
        default: return (repeated(200, .windowUpdate(0, 1)), repeated(3, .windowUpdate(0, 1)))
        }
    }

    private static let ping = Frame(kind: .ping, payload: [UInt8](repeating: 0, count: 8))
    private static let priority = Frame(kind: .priority, stream: 1001, payload: [0, 0, 0, 0, 1])

    private static func repeated(_ count: Int, _ frame: Frame) -> [Frame] {
        Array(repeating: frame, count: count)
    }

    @Test(
        "a flood at its limit is borne, one past it ends the connection with ENHANCE_YOUR_CALM",
        arguments: [
            "resets", "made to reset", "settings", "pings", "priorities", "empty data", "padding", "unknown",
            "window updates",
        ])
    func flood(name: String) throws {
        let held = Box<[Responder]>([])
        let server = try TestServer { request, body, responder in
            if request.path == "/wait" { held.change { $0.append(responder) } } else { echo(request, body, responder) }
        }
        let client = try HTTP2Client(server)
        let frames = Self.flood(name)
        // In portions that keep within the streams that may be open together.
        for start in stride(from: 0, to: frames.allowed.count, by: 50) {
            try client.send(Array(frames.allowed[start..<min(start + 50, frames.allowed.count)]))
            #expect(eventually { server.server.counters.bytesRead == client.sent })
        }
        try client.send(.request(2001))
        let answer = try client.receive(.headers, .goaway)
        #expect(answer.kind == .headers)
        _ = try client.receive(.data)
        try client.send(frames.more)
        #expect(try client.receive(.goaway).errorCode == 11)
        #expect(server.server.counters.floods == 1)
        #expect(eventually { held.value.allSatisfy(\.isCancelled) })
    }

    @Test("a flood's allowance comes back with time")
    func floodRecovers() throws {
        let server = try TestServer(answer: echo)
        let client = try HTTP2Client(server)
        let ping = Self.ping
        try client.send(Self.repeated(198, ping))
        for _ in 0..<198 { _ = try client.receive(.ping) }
        server.advance(1)
        try client.send(Self.repeated(20, ping))
        for _ in 0..<20 { _ = try client.receive(.ping) }
        #expect(server.server.counters.floods == 0)
    }

    @Test("a header block in 8 continuations is read, in 9 it is a flood", arguments: [8, 9])
    func continuations(count: Int) throws {
        let server = try TestServer(answer: echo)
        let client = try HTTP2Client(server)
        var head = Frame.request(1)
        head.flags = Frame.endStream
        let rest = (1...count).map { number in
            Frame(
                kind: .continuation, flags: number == count ? Frame.endHeaders : 0, stream: 1,
                payload: Frame.block([("x-\(number)", "y")]))
        }
        try client.send([head] + rest)
        let answer = try client.receive(.headers, .goaway)
        #expect(answer.kind == (count == 8 ? .headers : .goaway))
        if count == 9 { #expect(answer.errorCode == 11) }
    }
}
