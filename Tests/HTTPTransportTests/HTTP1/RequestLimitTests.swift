import Testing

@testable import HTTPTransport

@Suite("Limits of a request, at the limit and one past it")
struct RequestLimitTests {
    private static let limits = RequestLimits(target: 64, fieldBytes: 200, fields: 5, body: 20)

    private func outcome(_ text: String) -> TransportFault? {
        let parsed = parse(text, limits: Self.limits)
        if parsed.fault == nil { #expect(parsed.messages.first?.isWhole == true) }
        return parsed.fault
    }

    @Test("a method", arguments: [(32, nil), (33, TransportFault.unsupportedMethod), (500, .unsupportedMethod)])
    func method(length: Int, fault: TransportFault?) {
        #expect(outcome("\(String(repeating: "A", count: length)) / HTTP/1.1\r\nHost: h\r\n\r\n") == fault)
    }

    @Test(
        "a target",
        arguments: [(64, nil), (65, TransportFault.targetTooLong(limit: 64)), (5000, .targetTooLong(limit: 64))])
    func target(length: Int, fault: TransportFault?) {
        #expect(outcome("GET /\(String(repeating: "a", count: length - 1)) HTTP/1.1\r\nHost: h\r\n\r\n") == fault)
    }

    @Test("a target without an end, as soon as it is too long")
    func endlessTarget() {
        #expect(outcome("GET /\(String(repeating: "a", count: 200))") == .targetTooLong(limit: 64))
    }

    @Test(
        "a header block in bytes",
        arguments: [(200, nil), (201, TransportFault.fieldsTooLarge(limit: 200)), (5000, .fieldsTooLarge(limit: 200))])
    func fieldBytes(total: Int, fault: TransportFault?) {
        let value = String(repeating: "v", count: total - "Host: h\r\n".utf8.count - "X: \r\n".utf8.count)
        #expect(outcome("GET / HTTP/1.1\r\nHost: h\r\nX: \(value)\r\n\r\n") == fault)
    }

    @Test("a header block in fields", arguments: [(5, nil), (6, TransportFault.tooManyFields(limit: 5))])
    func fieldCount(count: Int, fault: TransportFault?) {
        #expect(outcome("GET / HTTP/1.1\r\nHost: h\r\n\(String(repeating: "X:y\r\n", count: count - 1))\r\n") == fault)
    }

    @Test(
        "trailers, in bytes and in fields",
        arguments: [
            (5, 40, nil), (6, 1, TransportFault.tooManyFields(limit: 5)), (5, 41, .fieldsTooLarge(limit: 200)),
        ])
    func trailers(count: Int, length: Int, fault: TransportFault?) {
        let line = "X:" + String(repeating: "y", count: length - 4 < 0 ? 0 : length - 4) + "\r\n"
        let head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(outcome("\(head)0\r\n\(String(repeating: line, count: count))\r\n") == fault)
    }

    @Test("a body with its length told")
    func fixedBody() {
        func post(_ length: String, _ body: Int) -> TransportFault? {
            outcome(
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: \(length)\r\n\r\n\(String(repeating: "b", count: body))")
        }
        #expect(post("20", 20) == nil)
        #expect(post("0000000000000000000000020", 20) == nil)
        #expect(post("21", 0) == .bodyTooLarge(limit: 20, actual: 21))
        #expect(post("9223372036854775807", 0) == .bodyTooLarge(limit: 20, actual: Int.max))
        #expect(post("9223372036854775808", 0) == .bodyTooLarge(limit: 20, actual: nil))
        #expect(post("99999999999999999999999999999999999", 0) == .bodyTooLarge(limit: 20, actual: nil))
    }

    @Test("a body in chunks", arguments: [("a", nil), ("b", TransportFault.bodyTooLarge(limit: 20, actual: nil))])
    func chunkedBody(second: String, fault: TransportFault?) {
        let head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        let data = String(repeating: "b", count: second == "a" ? 10 : 11)
        #expect(outcome("\(head)a\r\n0123456789\r\n\(second)\r\n\(data)\r\n0\r\n\r\n") == fault)
        #expect(outcome("\(head)7fffffffffffff\r\n") == .bodyTooLarge(limit: 20, actual: nil))
    }

    @Test("a line that tells a chunk's size", arguments: [(256, nil), (257, Malformation.badChunkExtension)])
    func chunkLine(length: Int, malformation: Malformation?) {
        let line = "1;" + String(repeating: "e", count: length - 2)
        let head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(outcome("\(head)\(line)\r\na\r\n0\r\n\r\n") == malformation.map { .malformed($0) })
    }

    @Test("all extensions of one body together", arguments: [(64, nil), (65, Malformation.badChunkExtension)])
    func chunkExtensions(count: Int, malformation: Malformation?) {
        let chunk = "1;" + String(repeating: "e", count: 255 - 1) + "\r\na\r\n"
        let head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        let text = head + String(repeating: chunk, count: count) + "0;" + String(repeating: "e", count: 63) + "\r\n\r\n"
        var limits = Self.limits
        limits.body = 100
        let parsed = parse(text, limits: limits)
        #expect(parsed.fault == malformation.map { .malformed($0) })
    }
}
