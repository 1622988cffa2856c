import TestSupport
import Testing

@testable import HTTPTransport

@Suite("Requests that must be accepted")
struct RequestParserTests {
    @Test("a GET has a path, a query and its fields, names in lower case and values without the blanks around them")
    func simple() throws {
        let parsed = parse(
            "GET /v1/limits?a=1&b HTTP/1.1\r\nHost: example.org:80\r\nX-Thing: \t two words \t\r\nEmpty:\r\n\r\n")
        let head = try #require(parsed.messages.first).head
        #expect(head.request.method == "GET")
        #expect(head.request.path == "/v1/limits")
        #expect(head.request.query == "a=1&b")
        #expect(head.request.authority == "example.org:80")
        #expect(head.request.fields == ["host": "example.org:80", "x-thing": "two words", "empty": ""])
        #expect(head.body == .none)
        #expect(head.keepsAlive)
        #expect(parsed.messages.map(\.isWhole) == [true])
        #expect(parsed.fault == nil)
    }

    @Test("pipelined requests come one after the other, whatever their bodies")
    func pipelined() {
        let parsed = parse(
            "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
                + "GET /b HTTP/1.1\r\nHost: h\r\n\r\n"
                + "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=\"a\\\"b\"; y\r\nabc\r\n00A\r\n0123456789\r\n0\r\nT: 1\r\n\r\n"
                + "POST /d HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
        #expect(parsed.fault == nil)
        #expect(parsed.messages.map(\.head.request.path) == ["/a", "/b", "/c", "/d"])
        #expect(parsed.messages.map { String(decoding: $0.body, as: UTF8.self) } == ["hello", "", "abc0123456789", ""])
        #expect(parsed.messages.map(\.isWhole) == [true, true, true, true])
        #expect(parsed.messages[2].head.request.fields["t"] == nil)
    }

    @Test("RFC 9112 §2.2: one empty line before a request is passed over, a second is not")
    func emptyLines() {
        let request = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
        #expect(parse("\r\n" + request + "\r\n" + request).messages.count == 2)
        #expect(parse("\r\n\r\n" + request).fault == .malformed(.badRequestLine))
    }

    @Test(
        "RFC 9112 §3.2: a target has origin, absolute or asterisk form",
        arguments: [
            ("GET /", "/", nil, "h"),
            ("GET /?", "/", "", "h"),
            ("GET /a%20b?q=|^{}[]`\\", "/a%20b", "q=|^{}[]`\\", "h"),
            ("GET //x//y?a?b", "//x//y", "a?b", "h"),
            ("GET http://other:81/x?y", "/x", "y", "other:81"),
            ("GET HTTPS://other", "/", nil, "other"),
            ("GET http://[::1]:8080?y", "/", "y", "[::1]:8080"),
            ("OPTIONS *", "*", nil, "h"),
            ("OPTIONS http://other", "*", nil, "other"),
            ("OPTIONS http://other/", "/", nil, "other"),
        ])
    func targets(line: String, path: String, query: String?, authority: String) throws {
        let parsed = parse("\(line) HTTP/1.1\r\nHost: h\r\n\r\n")
        let request = try #require(parsed.messages.first?.head.request, "\(String(describing: parsed.fault))")
        #expect(request.path == path)
        #expect(request.query == query)
        #expect(request.authority == authority)
    }

    @Test(
        "RFC 9110 §7.2: a host is a name, an address or empty, with a port or without",
        arguments: ["", "example.org", "example.org:", "a_b.c~d:65535", "127.0.0.1:8080", "[2001:db8::1]", "[::1]:1"])
    func hosts(host: String) {
        #expect(parse("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n").messages.first?.head.request.authority == host)
    }

    @Test(
        "RFC 9112 §9.3: 1.1 persists unless told to close, 1.0 only when asked to",
        arguments: [
            ("1.1", "X: y", true), ("1.1", "Connection: close", false), ("1.1", "Connection: x , CLOSE", false),
            ("1.9", "X: y", true), ("1.0", "X: y", false), ("1.0", "Connection: Keep-Alive", true),
            ("1.0", "Connection: keep-alive, close", false), ("1.1", "Connection: closed", true),
        ])
    func persistence(version: String, field: String, keepsAlive: Bool) {
        let parsed = parse("GET / HTTP/\(version)\r\nHost: h\r\n\(field)\r\n\r\n")
        #expect(parsed.messages.first?.head.keepsAlive == keepsAlive)
    }

    @Test("HTTP/1.0 needs no Host")
    func oldVersion() {
        let parsed = parse("GET / HTTP/1.0\r\n\r\n")
        #expect(parsed.messages.first?.head.request.version == .http10)
        #expect(parsed.messages.first?.head.request.authority == "")
    }

    @Test("RFC 9110 §10.1.1: 100-continue counts with a body and in 1.1 only")
    func expectation() {
        func expects(_ version: String, _ fields: String) -> Bool? {
            parse("POST / HTTP/\(version)\r\nHost: h\r\n\(fields)\r\n\r\n").messages.first?.head.expectsContinue
        }
        #expect(expects("1.1", "Expect: 100-Continue\r\nContent-Length: 1") == true)
        #expect(expects("1.1", "Expect: 100-continue\r\nTransfer-Encoding: chunked") == true)
        #expect(expects("1.1", "Expect: 100-continue") == false)
        #expect(expects("1.0", "Expect: 100-continue\r\nContent-Length: 1") == false)
        #expect(expects("1.0", "Expect: magic\r\nContent-Length: 1") == false)
    }

    @Test("random requests read the same however they are cut", arguments: [UInt64](1...40))
    func random(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let alphabet = Array(
            "GET / HTTP/1.1\r\n\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n0a;=\"\0\u{7f} \t".utf8
        )
        let lines = [
            "GET / HTTP/1.1\r\n", "Host: h\r\n", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n", "\r\n",
            "3\r\nabc\r\n", "0\r\n\r\n",
        ]
        var bytes: [UInt8] = Array("POST / HTTP/1.1\r\nHost: h\r\n".utf8)
        for _ in 0..<12 {
            if Int.random(in: 0..<5, using: &random) == 0 {
                bytes.append(alphabet[Int.random(in: alphabet.indices, using: &random)])
            } else {
                bytes += lines[Int.random(in: lines.indices, using: &random)].utf8
            }
        }
        _ = parse(bytes, seed: seed)
    }
}
