import Testing

@testable import HTTPTransport

@Suite("Requests that must be refused")
struct RequestRefusalTests {
    private static let heads: [(String, Malformation)] = [
        ("GET / HTTP/1.1\nHost: h\r\n\r\n", .bareLineFeed),
        ("GET / HTTP/1.1\r\nHost: h\n\r\n", .bareLineFeed),
        ("GET / HTTP/1.1\r\nHost: h\r\n\n", .bareLineFeed),
        ("GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n", .badFieldValue),
        ("GET / HTTP/1.1\rHost: h\r\n\r\n", .badVersion),
        ("GET /\r\n\r\n", .badRequestLine),
        ("GET\r\n\r\n", .badRequestLine),
        ("GET  / HTTP/1.1\r\nHost: h\r\n\r\n", .badVersion),
        ("GET\t/\tHTTP/1.1\r\nHost: h\r\n\r\n", .badRequestLine),
        (" GET / HTTP/1.1\r\nHost: h\r\n\r\n", .badMethod),
        ("GET / HTTP/1.1 \r\nHost: h\r\n\r\n", .badVersion),
        ("GET / http/1.1\r\nHost: h\r\n\r\n", .badVersion),
        ("GET / HTTP/1.10\r\nHost: h\r\n\r\n", .badVersion),
        ("GET / HTTP/1\r\nHost: h\r\n\r\n", .badVersion),
        ("G@T / HTTP/1.1\r\nHost: h\r\n\r\n", .badMethod),
        ("GET / a HTTP/1.1\r\nHost: h\r\n\r\n", .badVersion),
        ("GET a HTTP/1.1\r\nHost: h\r\n\r\n", .badTarget),
        ("GET * HTTP/1.1\r\nHost: h\r\n\r\n", .badTarget),
        ("GET /#x HTTP/1.1\r\nHost: h\r\n\r\n", .badTarget),
        ("GET /%2 HTTP/1.1\r\nHost: h\r\n\r\n", .badTarget),
        ("GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", .badTarget),
        ("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", .badTarget),
        ("GET /é HTTP/1.1\r\nHost: h\r\n\r\n", .badTarget),
        ("GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", .badTarget),
        ("GET http:///x HTTP/1.1\r\nHost: h\r\n\r\n", .badHost),
        ("GET http://:80/x HTTP/1.1\r\nHost: h\r\n\r\n", .badHost),
        ("GET http://user@h/ HTTP/1.1\r\nHost: h\r\n\r\n", .badHost),
        ("GET http://h/ HTTP/1.1\r\n\r\n", .missingHost),
        ("GET / HTTP/1.1\r\nX: y\r\n\r\n", .missingHost),
        ("GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", .repeatedHost),
        ("GET / HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n", .repeatedHost),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: h/x\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: u@h\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: h:x\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: h:100000\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: []\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\n Host: h\r\n\r\n", .foldedLine),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", .foldedLine),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n\tb\r\n\r\n", .foldedLine),
        ("GET / HTTP/1.1\r\nHost : h\r\n\r\n", .badFieldName),
        ("GET / HTTP/1.1\r\nHost: h\r\n: v\r\n\r\n", .badFieldName),
        ("GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n", .badFieldName),
        ("GET / HTTP/1.1\r\nHost: h\r\nX\0: v\r\n\r\n", .badFieldName),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: \0\r\n\r\n", .badFieldValue),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\u{1}b\r\n\r\n", .badFieldValue),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\u{7f}b\r\n\r\n", .badFieldValue),
    ]

    @Test("a malformed head is named for what it is", arguments: heads)
    func refusesHead(text: String, malformation: Malformation) {
        let parsed = parse(text)
        #expect(parsed.fault == .malformed(malformation))
        #expect(parsed.messages.isEmpty)
    }

    private static let framings: [(String, Malformation)] = [
        ("Content-Length: 3\r\nContent-Length: 3", .repeatedContentLength),
        ("Content-Length: 3\r\nContent-Length: 4", .repeatedContentLength),
        ("Content-Length: 3, 3", .badContentLength),
        ("Content-Length: +3", .badContentLength),
        ("Content-Length: -3", .badContentLength),
        ("Content-Length: 0x3", .badContentLength),
        ("Content-Length: 3 3", .badContentLength),
        ("Content-Length:", .badContentLength),
        ("Content-Length: 3\r\nTransfer-Encoding: chunked", .lengthAndEncoding),
        ("Transfer-Encoding: chunked\r\nContent-Length: 3", .lengthAndEncoding),
        ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", .badTransferEncoding),
        ("Transfer-Encoding: identity", .badTransferEncoding),
        ("Transfer-Encoding: gzip, chunked", .badTransferEncoding),
        ("Transfer-Encoding: chunked, chunked", .badTransferEncoding),
        ("Transfer-Encoding: \"chunked\"", .badTransferEncoding),
        ("Transfer-Encoding: xchunked", .badTransferEncoding),
        ("Transfer-Encoding: chunked;q=1", .badTransferEncoding),
        ("Transfer-Encoding:", .badTransferEncoding),
        ("Transfer-Encoding: \u{b}chunked", .badFieldValue),
        ("Transfer-Encoding : chunked", .badFieldName),
    ]

    @Test("framing that two readers could read in two ways is refused", arguments: framings)
    func refusesFraming(fields: String, malformation: Malformation) {
        let parsed = parse("POST / HTTP/1.1\r\nHost: h\r\n\(fields)\r\n\r\n0\r\n\r\n")
        #expect(parsed.fault == .malformed(malformation))
        #expect(parsed.messages.isEmpty)
    }

    @Test("RFC 9112 §6.1: HTTP/1.0 has no Transfer-Encoding")
    func oldEncoding() {
        let parsed = parse("POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        #expect(parsed.fault == .malformed(.encodingInOldVersion))
    }

    private static let bodies: [(String, Malformation)] = [
        ("\r\n", .badChunkSize),
        ("x\r\n", .badChunkSize),
        ("0x1\r\na\r\n0\r\n\r\n", .badChunkSize),
        ("-1\r\n", .badChunkSize),
        ("+1\r\n", .badChunkSize),
        (" 1\r\na\r\n0\r\n\r\n", .badChunkSize),
        ("1_0\r\n", .badChunkSize),
        ("fffffffffffffffff\r\n", .badChunkSize),
        ("0000000000000001\r\na\r\n0\r\n\r\n", .badChunkSize),
        ("1\na\r\n0\r\n\r\n", .bareLineFeed),
        ("1 \r\na\r\n0\r\n\r\n", .badChunkExtension),
        ("1;\r\na\r\n0\r\n\r\n", .badChunkExtension),
        ("1;a=\r\na\r\n0\r\n\r\n", .badChunkExtension),
        ("1;a=\"b\r\na\r\n0\r\n\r\n", .badChunkExtension),
        ("1;a\0\r\na\r\n0\r\n\r\n", .badChunkExtension),
        ("1;a\rb\r\na\r\n0\r\n\r\n", .badChunkExtension),
        ("1\r\nabc\r\n0\r\n\r\n", .badChunkEnd),
        ("1\r\na0\r\n\r\n", .badChunkEnd),
        ("1\r\na\n0\r\n\r\n", .bareLineFeed),
        ("0\r\nT : 1\r\n\r\n", .badFieldName),
        ("0\r\n T: 1\r\n\r\n", .foldedLine),
        ("0\r\nContent-Length: x\r\n\r\n", .badContentLength),
        ("0\r\n\n", .bareLineFeed),
    ]

    @Test("a malformed chunked body is named for what it is", arguments: bodies)
    func refusesBody(text: String, malformation: Malformation) {
        let parsed = parse("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n\(text)")
        #expect(parsed.fault == .malformed(malformation))
        #expect(parsed.messages.map(\.isWhole) == [false])
    }

    @Test(
        "what is not implemented says so",
        arguments: [
            ("CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", TransportFault.unsupportedMethod),
            ("GET / HTTP/2.0\r\nHost: h\r\n\r\n", .unsupportedVersion),
            ("GET / HTTP/0.9\r\nHost: h\r\n\r\n", .unsupportedVersion),
            ("POST / HTTP/1.1\r\nHost: h\r\nExpect: 200-ok\r\n\r\n", .unsupportedExpectation),
            (
                "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nExpect: 100-continue\r\n\r\n",
                .unsupportedExpectation
            ),
        ])
    func unsupported(text: String, fault: TransportFault) {
        #expect(parse(text).fault == fault)
    }
}
