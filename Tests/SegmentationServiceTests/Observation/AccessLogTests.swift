import Dispatch
import Glibc
import HTTPTransport
import Synchronization
import Tensors
import Testing

@testable import SegmentationService

/// Lines that were logged.
private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var write: @Sendable (String) -> Void { { [self] line in lines.withLock { $0.append(line) } } }

    var count: Int { lines.withLock { $0.count } }

    func entries(_ service: TestService) throws -> [JSONValue] {
        #expect(service.service.flushAccessLog(within: 60))
        return try lines.withLock { lines in
            try lines.map { line in
                #expect(!line.contains { $0.isNewline })
                return try JSONValue(parsing: Array(line.utf8))
            }
        }
    }
}

@Suite("Access log")
struct AccessLogTests {
    private let lines = Lines()

    @Test("one line for each answer tells what, who, how much and how long, and nothing of query, class or token")
    func answered() throws {
        let files = try TokenFiles()
        let (tokens, write) = (try files.tokens(), lines.write)
        let service = try TestService(configure: {
            $0.tokens = tokens
            $0.accessLog = write
        })
        let trace = "0af7651916cd43dd8448eb211c80319c"
        let body = try TestService.scene()
        let answer = try service.ask(
            "/v1/segment?classes=unmistakable", "POST",
            [
                TokenFiles.bearer(TokenFiles.first), "Content-Type: image/png", "X-Request-Id: mine",
                "traceparent: 00-\(trace)-b7ad6b7169203331-01",
            ], body)
        #expect(answer.status == 200)
        let entry = try #require(lines.entries(service).first)
        for (name, value) in [
            ("id", "mine"), ("method", "POST"), ("path", "/v1/segment"), ("protocol", "HTTP/1.1"), ("status", 200),
            ("cancelled", false), ("bytes_in", JSONValue(body.count)), ("bytes_out", JSONValue(answer.body.count)),
            ("client", "127.0.0.1"), ("trace_id", .string(trace)),
            ("owner", .string(tokens.owner(of: TokenFiles.first.utf8) ?? "")),
        ] as [(String, JSONValue)] { #expect(entry[name] == value, "\(name)") }
        #expect(try #require(entry["duration_ms"]?.number) > 1)
        #expect(entry["time"]?.string?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
        #expect(!entry.compact.contains("unmistakable") && !entry.compact.contains(TokenFiles.first))
        _ = try service.ask("/v1/limits", "HEAD", [TokenFiles.bearer(TokenFiles.unknown)])
        let refused = try #require(lines.entries(service).last)
        #expect(refused["status"] == 401 && refused["problem"] == "unauthorized" && refused["owner"] == nil)
        #expect(refused["bytes_out"] == 0 && !refused.compact.contains(TokenFiles.unknown))
    }

    @Test("what a client sends stays within its string, one line for one request")
    func injection() throws {
        let write = lines.write
        let service = try TestService.unready { $0.accessLog = write }
        let paths = ["/a%0A%7B%22status%22:200%7D", "/a\\n\",\"status\":200,\"x\":\"", "/{\"}"]
            .map { $0.replacing("\"", with: "'") }
        for path in paths { _ = try service.ask(path, "GET", ["X-Request-Id: a\"b\\c", "traceparent: 00-\"-1-01"]) }
        _ = try service.ask("/livez", "B'R|E^W", ["X-Request-Id: {\u{e9}}"])
        let entries = try lines.entries(service)
        #expect(entries.map { $0["path"]?.string } == paths + ["/livez"])
        #expect(entries.last?["method"] == "B'R|E^W")
        #expect(entries.allSatisfy { $0["id"]?.string?.hasPrefix("req_") == true && $0["trace_id"] == nil })
    }

    @Test("a client that leaves leaves a line, marked as cancelled")
    func cancelled() throws {
        let write = lines.write
        let service = try TestService(configure: { $0.accessLog = write })
        let release = try service.occupyWorker()
        defer { release() }
        let client = try service.client()
        let body = try Array(TestService.question().compact.utf8)
        try client.send(TestService.message("/v1/segment", "POST", ["Content-Type: application/json"], body))
        #expect(eventually { service.service.queue.load.waiting == 1 })
        client.reset()
        #expect(eventually { service.service.observation.metrics.counts.cancelled == 1 })
        let entry = try #require(lines.entries(service).first)
        #expect(entry["cancelled"] == true && entry["status"] == 499 && entry["bytes_in"]?.integer == body.count)
        #expect(entry["bytes_out"] == 0 && entry["path"] == "/v1/segment")
    }

    @Test(
        "what the transport refuses is logged once: with its request where the head came, else with the address alone")
    func faults() throws {
        let write = lines.write
        let service = try TestService(configure: {
            $0.accessLog = write
            $0.limits.transport.bodyBytes = 100
            $0.trustedProxies = AddressRange.loopback
        })
        let large = try service.ask(
            "/v1/segment?classes=unmistakable", "POST", ["X-Request-Id: mine", "X-Forwarded-For: 192.0.2.1"],
            [UInt8](repeating: 0, count: 101))
        #expect(try large["x-request-id"] == "mine" && large.json()["instance"] == "/v1/segment")
        let client = try service.client()
        try client.send(Array("no http\r\n\r\n".utf8))
        let broken = try client.receive()
        #expect(try broken.json()["instance"] == "")
        let chunked = try service.client()
        let head =
            "POST /v1/images HTTP/1.1\r\nHost: h\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n"
        try chunked.send(Array("\(head)1\r\naxy".utf8))
        #expect(try chunked.receive().json()["instance"] == "/v1/images")
        let entries = try lines.entries(service)
        #expect(entries.map { $0["status"]?.integer } == [413, 400, 400])
        #expect(entries.map { $0["path"]?.string } == ["/v1/segment", nil, "/v1/images"])
        #expect(entries.map { $0["client"]?.string } == ["192.0.2.1", "127.0.0.1", "127.0.0.1"])
        #expect(
            entries[0]["id"] == "mine" && entries.allSatisfy { $0["problem"] == "http" && $0["cancelled"] == false })
    }

    @Test("a log that nobody takes holds nobody up: past its bound lines are dropped and counted")
    func bounded() {
        let (gate, write) = (DispatchSemaphore(value: 0), lines.write)
        let log = AccessLog { line in
            gate.wait()
            gate.signal()
            write(line)
        }
        let record = RequestRecord(
            id: "", request: nil, endpoint: nil, client: Client(address: .local), status: 200)
        for _ in 0..<AccessLog.capacity + 5 { log.add(record) }
        #expect(log.dropped == 5)
        #expect(!log.flush(within: 0))
        gate.signal()
        #expect(log.flush(within: 60))
        #expect(lines.count == AccessLog.capacity)
        log.add(record)
        #expect(log.flush(within: 60))
        #expect(log.dropped == 5)
    }

    @Test("RFC 3339: a time prints in UTC to the millisecond")
    func time() {
        #expect(timespec(tv_sec: 0, tv_nsec: 0).timestamp == "1970-01-01T00:00:00.000Z")
        #expect(timespec(tv_sec: 951_782_400, tv_nsec: 7_999_999).timestamp == "2000-02-29T00:00:00.007Z")
    }
}
