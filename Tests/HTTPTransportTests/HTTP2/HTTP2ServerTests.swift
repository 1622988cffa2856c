import Dispatch
import TestSupport
import Testing

@testable import HTTPTransport

@Suite("HTTP/2 over sockets")
struct HTTP2ServerTests {
    @Test(
        "the same requests get the same answers whole, in random pieces and byte by byte",
        arguments: [1, 7, 200, 100_000])
    func pieces(longest: Int) throws {
        let server = try TestServer(answer: echo)
        let socket = try server.client()
        let frames: [Frame] = [
            .settings(), .request(1, "GET", "/a?b"), .request(3, "POST", "/b", isLast: false),
            .data(3, Array("abc".utf8)),
            .request(5, "OPTIONS", "*"), .data(3, Array("def".utf8), isLast: true),
        ]
        let bytes = HTTP2Client.preface + frames.flatMap(\.bytes)
        let client = try HTTP2Client(replaying: bytes, on: socket, inPiecesOf: longest, seed: 11)
        let answers = try client.receiveAnswers(3)
        #expect(
            answers.mapValues { String(decoding: $0.body, as: UTF8.self) } == [
                1: "GET /a 0", 3: "POST /b 6", 5: "OPTIONS * 0",
            ])
        #expect(answers.values.allSatisfy { $0.fields[":status"] == "200" && $0.fields["date"] != nil })
        #expect(server.server.counters.requests == 3)
    }

    @Test("ALPN chooses h2 before http/1.1, and the preface is then the only way")
    func alpn() throws {
        let certificate = try TestCertificate("h2")
        let server = try TestServer(secure: certificate, answer: echo)
        let secure = try SecureClient(server, protocols: "\u{8}http/1.1\u{2}h2")
        #expect(secure.chosenProtocol == "h2")
        let client = try HTTP2Client(secure)
        try client.send(.request(1, "GET", "/x"))
        #expect(try client.receiveAnswer() == ("200", "GET /x 0"))
        let wrong = try SecureClient(server, protocols: "\u{2}h2")
        wrong.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
        _ = wrong.receive()
        #expect(server.server.counters.requests == 1)
    }

    @Test("HEAD tells the length without a body, 204 tells none")
    func bodiless() throws {
        let server = try TestServer { request, body, responder in
            request.path == "/none" ? responder.send(Response(status: 204)) : echo(request, body, responder)
        }
        let client = try HTTP2Client(server)
        try client.send(.request(1, "HEAD", "/x"), .request(3, "GET", "/none"))
        let answers = try client.receiveAnswers(2)
        #expect(answers[1]?.fields["content-length"] == "9" && answers[1]?.body.isEmpty == true)
        #expect(answers[3]?.fields[":status"] == "204" && answers[3]?.fields["content-length"] == nil)
    }

    @Test("an answer may come piece by piece and from another thread; fields of one connection are left out")
    func streaming() throws {
        let server = try TestServer { _, _, responder in
            DispatchQueue.global().async {
                let body = responder.begin(status: 200, fields: ["Connection": "x", "keep-alive": "y", "X-Y": "z"])
                body.write(Array("hello".utf8)) { _ in body.write(Array("world".utf8)) { _ in body.finish() } }
            }
        }
        let client = try HTTP2Client(server)
        try client.send(.request(1))
        let answer = try #require(try client.receiveAnswers(1)[1])
        #expect(answer.body == Array("helloworld".utf8))
        #expect(answer.fields["connection"] == nil && answer.fields["keep-alive"] == nil && answer.fields["x-y"] == "z")
    }

    @Test("a told length that is not met resets the stream, another stream lives on")
    func shortBody() throws {
        let server = try TestServer { request, body, responder in
            guard request.path == "/short" else { return echo(request, body, responder) }
            let body = responder.begin(status: 200, fields: [:], length: 10)
            body.write(Array("short".utf8)) { _ in body.finish() }
        }
        let client = try HTTP2Client(server)
        try client.send(.request(1, "GET", "/short"))
        #expect(try client.receive(.reset).stream == 1)
        try client.send(.request(3))
        #expect(try client.receive(.headers).stream == 3)
    }

    @Test("100 is sent when the body is asked for")
    func expectation() throws {
        let server = try TestServer(answer: echo)
        let client = try HTTP2Client(server)
        try client.send(.request(1, "POST", "/", isLast: false, [("expect", "100-continue")]))
        #expect(try client.receive(.headers).fields[":status"] == "100")
        try client.send(.data(1, [1, 2], isLast: true))
        #expect(try client.receiveAnswer() == ("200", "POST / 2"))
    }

    @Test("RFC 9113 §8.1: an answer before the body is whole is followed by a reset without error")
    func earlyAnswer() throws {
        let server = try TestServer { _, _, responder in responder.send(.text("early", status: 401)) }
        let client = try HTTP2Client(server)
        try client.send(.request(1, "POST", "/", isLast: false), .data(1, [0]))
        #expect(try client.receiveAnswer() == ("401", "early"))
        #expect(try client.receive(.reset).errorCode == 0)
        try client.send(.data(1, [0], isLast: true), .request(3))
        #expect(try client.receive(.headers).stream == 3)
    }

    @Test("a body opens its window only as it is read")
    func uploadWindow() throws {
        let waiting = Box<(RequestBody, Responder)?>(nil)
        let server = try TestServer { _, body, responder in waiting.value = (body, responder) }
        let client = try HTTP2Client(server)
        let piece = [UInt8](repeating: 1, count: 16 * 1024)
        try client.send(.request(1, "POST", "/", isLast: false))
        try client.send((0..<16).map { _ in .data(1, piece) })
        try client.send(Frame(kind: .ping, payload: [UInt8](repeating: 0, count: 8)))
        var seen: [Int32] = []
        while case let frame = try client.receive(.windowUpdate, .ping), frame.kind != .ping {
            seen.append(frame.stream)
        }
        // The one of the connection is sent at its start.
        #expect(seen == [0])
        let (body, responder) = try #require(waiting.value)
        body.collect(upTo: 1_000_000) { result in
            if case .success(let bytes) = result { responder.send(.text("\(bytes.count)")) }
        }
        #expect(try client.receive(.windowUpdate).stream == 1)
        try client.send(.data(1, piece, isLast: true))
        #expect(try client.receiveAnswer().body == "\(17 * 16 * 1024)")
    }

    @Test("an answer stays within the client's window and holds its writer back")
    func downloadWindow() throws {
        let written = Box(0)
        let server = try TestServer { _, _, responder in
            let body = responder.begin(status: 200, fields: [:], length: 1_000_000)
            @Sendable func more(_ isOpen: Bool) {
                guard isOpen else { return }
                guard written.value < 100 else { return body.finish() }
                written.change { $0 += 1 }
                body.write([UInt8](repeating: 3, count: 10_000), resume: more)
            }
            more(true)
        }
        let client = try HTTP2Client(server, settings: [(4, 1000)])
        try client.send(.request(1))
        #expect(try client.receive(.data).payload.count == 1000)
        server.server.checkDeadlines()
        #expect(written.value <= 8)
        try client.send(.windowUpdate(1, 2_000_000), .windowUpdate(0, 2_000_000))
        #expect(try client.receiveAnswersBody(1) == 999_000)
        #expect(written.value == 100)
    }

    @Test("64 streams are open together; one more is refused and the others go on")
    func streamLimit() throws {
        let waiting = Box<[Responder]>([])
        let server = try TestServer { _, _, responder in waiting.change { $0.append(responder) } }
        let client = try HTTP2Client(server)
        let requests = (0..<130).map { Frame.request(Int32(2 * $0 + 1)) }
        try client.send(Array(requests[..<64]))
        #expect(eventually { waiting.value.count == 64 })
        for responder in waiting.value { responder.send(.text("x")) }
        #expect(try client.receiveAnswers(64).count == 64)
        try client.send(Array(requests[64..<129]))
        let refusal = try client.receive(.reset)
        #expect(refusal.stream == 257 && refusal.errorCode == 7)
        #expect(waiting.value.count == 128)
        for responder in waiting.value[64...] { responder.send(.text("x")) }
        #expect(try client.receiveAnswers(64).count == 64)
        try client.send(requests[129])
        #expect(eventually { waiting.value.count == 129 })
    }
}

extension HTTP2Client {
    /// The length of what is left of a body whose head is read.
    func receiveAnswersBody(_ stream: Int32) throws -> Int {
        var count = 0
        while true {
            let frame = try receive(.data)
            count += frame.payload.count
            if frame.isLast { return count }
        }
    }
}
