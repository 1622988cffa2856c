import Synchronization
import Tensors
import TestSupport
import Testing

@testable import HTTPTransport
@testable import SegmentationService

/// A time that only tests move, in seconds.
final class MovedTime: Sendable {
    private let seconds = Mutex(1000.0)

    var clock: @Sendable () -> Double { { [self] in seconds.withLock { $0 } } }

    func advance(_ by: Double) { seconds.withLock { $0 += by } }
}

@Suite("Rates")
struct RateTests {
    private func service(
        _ time: MovedTime, perSecond: Double = 0.5, burst: Int = 2,
        _ configure: (inout ServiceConfiguration) -> Void = { _ in }
    ) throws -> TestService {
        try TestService.unready {
            $0.rate = RateLimit(perSecond: perSecond, burst: burst)
            $0.clock = time.clock
            configure(&$0)
        }
    }

    @Test("past the burst the answer is 429 with the seconds until the next, which then passes")
    func limited() throws {
        let time = MovedTime()
        let service = try service(time)
        for _ in 0..<2 { #expect(try service.ask("/v1/limits").status == 200) }
        let refused = try service.ask("/v1/limits")
        #expect(refused.status == 429 && refused["retry-after"] == "2")
        let problem = try refused.json()
        #expect(problem["type"] == "/problems/rate" && problem["retryable"] == true && problem["limit"]?.integer == 2)
        time.advance(1.9)
        #expect(try service.ask("/v1/limits")["retry-after"] == "1")
        time.advance(0.1)
        #expect(try service.ask("/v1/limits").status == 200)
        #expect(try service.ask("/v1/limits").status == 429)
        time.advance(1e6)
        for _ in 0..<2 { #expect(try service.ask("/v1/limits").status == 200) }
        #expect(try service.ask("/v1/limits").status == 429)
    }

    @Test("limits tell the rate; without one it is 0 and nothing is refused")
    func described() throws {
        let limited = try service(MovedTime()).ask("/v1/limits").json()
        #expect(limited["rate_per_second"] == 0.5 && limited["rate_burst"] == 2)
        let service = try TestService.unready()
        for _ in 0..<50 { #expect(try service.ask("/v1/limits").json()["rate_burst"] == 0) }
    }

    @Test("health, metrics on the machine and OPTIONS have no rate")
    func unlimited() throws {
        let service = try service(MovedTime(), burst: 1)
        for target in ["/livez", "/readyz", "/healthz", "/metrics"] {
            for _ in 0..<5 { #expect(try service.ask(target).status != 429) }
        }
        for _ in 0..<5 { #expect(try service.ask("/v1/limits", "OPTIONS").status == 204) }
        #expect(try service.ask("/v1/limits").status == 200)
    }

    @Test("who has a token is told apart by it; wrong tokens are counted with the address")
    func tokens() throws {
        let files = try TokenFiles()
        let service = try service(MovedTime(), burst: 1) { $0.tokens = try? files.tokens() }
        let fields = [TokenFiles.first, TokenFiles.second, TokenFiles.unknown].map { TokenFiles.bearer($0) }
        #expect(try fields.map { try service.ask("/v1/limits", "GET", [$0]).status } == [200, 200, 401])
        #expect(try fields.map { try service.ask("/v1/limits", "GET", [$0]).status } == [429, 429, 429])
        #expect(try service.ask("/v1/limits").status == 429)
    }

    @Test("behind a trusted proxy clients are told apart; from elsewhere the field is not believed")
    func proxies() throws {
        func field(_ value: String) -> [String] { ["X-Forwarded-For: \(value)"] }
        let trusting = try service(MovedTime(), burst: 1) { $0.trustedProxies = AddressRange.loopback }
        #expect(try trusting.ask("/v1/limits", "GET", field("192.0.2.1")).status == 200)
        #expect(try trusting.ask("/v1/limits", "GET", field("192.0.2.2")).status == 200)
        #expect(try trusting.ask("/v1/limits", "GET", field("192.0.2.3, 192.0.2.1")).status == 429)
        let wary = try service(MovedTime(), burst: 1)
        #expect(try wary.ask("/v1/limits", "GET", field("192.0.2.1")).status == 200)
        #expect(try wary.ask("/v1/limits", "GET", field("192.0.2.2")).status == 429)
    }

    @Test("trusted proxies may open as many connections as they like, beside the networks that may anyway")
    func connections() throws {
        let networks = ["10.0.0.0/8", "unix"].compactMap(AddressRange.init)
        let service = try TestService.unready { $0.trustedProxies = networks }
        let server = service.service.serverConfiguration([])
        #expect(server.unlimitedNetworks == AddressRange.loopback + networks)
    }

    @Test("the client is the last address that no trusted proxy has")
    func clients() throws {
        let networks = ["10.0.0.0/8", "unix"].compactMap(AddressRange.init)
        let cases: [(PeerAddress?, [String], String)] = [
            (PeerAddress("192.0.2.9"), ["192.0.2.1"], "192.0.2.9"), (PeerAddress("10.0.0.1"), [], "10.0.0.1"),
            (PeerAddress("10.0.0.1"), ["192.0.2.1"], "192.0.2.1"), (.local, ["192.0.2.1:4711"], "192.0.2.1"),
            (PeerAddress("10.0.0.1"), ["198.51.100.1, 192.0.2.1,10.0.0.2"], "192.0.2.1"),
            (PeerAddress("10.0.0.1"), ["198.51.100.1", "192.0.2.1", " 10.0.0.2\t"], "192.0.2.1"),
            (PeerAddress("10.0.0.1"), ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
            (PeerAddress("10.0.0.1"), ["192.0.2.1, unknown, 10.0.0.2"], "10.0.0.2"),
            (PeerAddress("10.0.0.1"), ["192.0.2.1, "], "10.0.0.1"),
            (PeerAddress("10.0.0.1"), ["[2001:db8::1]:80"], "2001:db8::1"),
        ]
        for (peer, fields, host) in cases {
            var request = Request(
                method: "GET", path: "/", authority: "", version: .http11, fields: [:], peer: try #require(peer))
            for field in fields { request.fields.append("X-Forwarded-For", field) }
            #expect(TrustedProxies(networks: networks).client(of: request).host == host, "\(fields)")
        }
    }

    @Test("a table never holds more clients than its bound, and of those it holds the ones that asked last")
    func bounded() {
        var random = SplitMix64(seed: 11)
        let time = MovedTime()
        let table = RateTable(RateLimit(perSecond: 1, burst: 1), capacity: 8, clock: time.clock)
        let keys = (0..<100).map { RateTable.Key.owner("\($0)") }
        for _ in 0..<1000 {
            let key = keys[Int(random.next() % 100)]
            _ = table.take(key)
            #expect(table.count <= 8)
            #expect(table.take(key) != nil)
        }
        for key in keys.prefix(4) { _ = table.take(key) }
        for key in keys.prefix(4) { #expect(table.take(key) != nil) }
    }

    @Test("addresses of one IPv6 network share a bucket, those of IPv4 do not")
    func networks() throws {
        let table = RateTable(RateLimit(perSecond: 1, burst: 1), clock: MovedTime().clock)
        func take(_ text: String) throws -> Int? {
            table.take(RateTable.Key(Client(address: try #require(PeerAddress(text)))))
        }
        #expect(try take("2001:db8::1") == nil && take("2001:db8::2") != nil && take("2001:db8:0:1::1") == nil)
        #expect(try take("192.0.2.1") == nil && take("192.0.2.2") == nil && take("192.0.2.1") != nil)
    }
}
