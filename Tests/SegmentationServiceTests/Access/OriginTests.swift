import HTTPTransport
import Testing

@testable import SegmentationService

@Suite("Origins (CORS)")
struct OriginTests {
    private static let page = "https://app.example.com"
    private static let origin = "Origin: \(page)"
    private static let names = ["access-control-allow-origin", "access-control-expose-headers"]

    private func service(_ origins: [String], _ configure: (inout ServiceConfiguration) -> Void = { _ in }) throws
        -> TestService
    {
        let allowed = try AllowedOrigins(origins)
        return try TestService.unready {
            $0.allowedOrigins = allowed
            configure(&$0)
        }
    }

    @Test("without configured origins nothing is said of them, to preflights neither")
    func off() throws {
        let service = try TestService.unready()
        for (method, fields) in [("GET", []), ("OPTIONS", ["Access-Control-Request-Method: GET"])] {
            let answer = try service.ask("/livez", method, [Self.origin] + fields)
            #expect(!answer.head.contains { $0.lowercased().hasPrefix("access-control") })
            #expect(answer["vary"] == nil)
        }
    }

    @Test("a page of an allowed origin may read the answer, another may not, and caches are told that it matters")
    func exact() throws {
        let service = try service([Self.page, "http://localhost:3000"])
        for origin in [Self.page, "http://localhost:3000"] {
            let answer = try service.ask("/livez", "GET", ["Origin: \(origin)"])
            #expect(answer["access-control-allow-origin"] == origin && answer["vary"] == "origin")
            #expect(
                answer["access-control-expose-headers"]
                    == "x-request-id, server-timing, retry-after, location, traceparent")
        }
        for origin in [
            "https://app.example.com.evil.example", "http://app.example.com", "null", "https://app.example.com:8443",
        ] {
            let answer = try service.ask("/livez", "GET", ["Origin: \(origin)"])
            #expect(answer.status == 200 && answer["vary"] == "origin")
            #expect(Self.names.allSatisfy { answer[$0] == nil }, "\(origin)")
        }
        #expect(try service.ask("/livez")["vary"] == "origin")
    }

    @Test("the star lets every page read, also one without an origin of its own")
    func all() throws {
        let service = try service(["*"])
        for origin in [Self.page, "null"] {
            #expect(try service.ask("/livez", "GET", ["Origin: \(origin)"])["access-control-allow-origin"] == "*")
        }
    }

    @Test("a preflight needs no token and is told methods, fields and how long that holds")
    func preflight() throws {
        let files = try TokenFiles()
        let service = try service([Self.page]) { $0.tokens = try? files.tokens() }
        let fields = ["Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization"]
        let answer = try service.ask("/v1/segment", "OPTIONS", [Self.origin] + fields)
        #expect(answer.status == 204 && answer["access-control-allow-origin"] == Self.page)
        #expect(answer["access-control-allow-methods"] == "OPTIONS, POST" && answer["allow"] == "OPTIONS, POST")
        #expect(
            answer["access-control-allow-headers"]
                == "accept, authorization, content-type, x-request-id, traceparent, tracestate")
        #expect(answer["access-control-max-age"] == "7200")
        let other = try service.ask("/v1/segment", "OPTIONS", ["Origin: https://other.example"] + fields)
        #expect(other.status == 204 && other["access-control-allow-methods"] == nil)
        #expect(try service.ask("/v1/segment", "OPTIONS", [Self.origin])["access-control-allow-methods"] == nil)
    }

    @Test("errors can be read too: of the gate, of the router, of the service, and of the transport")
    func errors() throws {
        let files = try TokenFiles()
        let service = try service([Self.page]) {
            $0.tokens = try? files.tokens()
            $0.limits.transport.bodyBytes = 1000
        }
        let token = TokenFiles.bearer(TokenFiles.first)
        for (target, fields, status) in [
            ("/v1/limits", [], 401), ("/nothing", [], 404), ("/readyz", [], 503),
            ("/livez", ["Expect: more"], 417), ("/livez", ["Bad field: x"], 400),
        ] as [(String, [String], Int)] {
            let answer = try service.ask(target, "GET", [Self.origin] + fields)
            #expect(
                answer.status == status && answer["access-control-allow-origin"] == Self.page, "\(target) \(status)")
        }
        let large = try service.ask("/v1/segment", "POST", [Self.origin, token], [UInt8](repeating: 0, count: 1001))
        #expect(large.status == 413 && large["access-control-allow-origin"] == Self.page)
    }

    @Test("an answer that depends on Accept too says both")
    func vary() throws {
        let service = try service([Self.page])
        let call = try service.ask("/v1/segment", "POST", [Self.origin, "Accept: text/html"])
        #expect(call.status == 406 && call["vary"] == "accept, origin")
    }

    @Test(
        "what is no origin as browsers write it is refused in one line",
        arguments: [
            "", "null", "app.example.com", "https://app.example.com/", "https://App.example.com", "https://a b",
            "https://app.example.com:443", "http://app.example.com:80", "https://*.example.com", "https://a@b",
        ])
    func refused(text: String) {
        let error = #expect(throws: AllowedOriginError.self) { try AllowedOrigins([text]) }
        #expect(error?.description.contains("'\(text)' is no origin") == true)
    }

    @Test("origins with a port, an IPv6 host or another scheme are taken")
    func taken() throws {
        #expect(try AllowedOrigins([]) == .none)
        #expect(try AllowedOrigins(["http://[::1]:3000", "chrome-extension://abcdef", "*"]) != .none)
    }
}
