import Tensors
import Testing

@testable import HTTPTransport
@testable import SegmentationService

@Suite("Bearer tokens")
struct TokenTests {
    private static let first = TokenFiles.bearer(TokenFiles.first)
    private static let second = TokenFiles.bearer(TokenFiles.second)

    @Test("without a token, with a wrong one and with another scheme the answer is 401 and says what is wanted")
    func refused() throws {
        let files = try TokenFiles()
        let service = try TestService.unready { $0.tokens = try? files.tokens() }
        for (fields, challenge) in [
            ([], "Bearer"), (["Authorization: Basic Zmlyc3Q6dG9rZW4="], "Bearer"),
            (["Authorization: Bearer"], "Bearer"),
            ([TokenFiles.bearer(TokenFiles.unknown)], #"Bearer error="invalid_token""#),
            ([Self.first, Self.second], #"Bearer error="invalid_token""#),
            ([Self.first + ", " + TokenFiles.second], #"Bearer error="invalid_token""#),
        ] as [([String], String)] {
            let answer = try service.ask("/v1/limits", "GET", fields)
            #expect(answer.status == 401 && answer["www-authenticate"] == challenge, "\(fields)")
            #expect(try answer.json()["type"] == "/problems/unauthorized")
            #expect(try answer.json()["instance"] == "/v1/limits" && answer.json()["retryable"] == false)
        }
    }

    @Test("each of two tokens is taken, the scheme in any case")
    func taken() throws {
        let files = try TokenFiles()
        let service = try TestService.unready { $0.tokens = try? files.tokens() }
        for field in [Self.first, Self.second, "authorization: bEARER   \(TokenFiles.first)"] {
            #expect(try service.ask("/v1/limits", "GET", [field]).status == 200, "\(field)")
        }
    }

    @Test("every endpoint but health asks for a token; OPTIONS and what is not there do not")
    func endpoints() throws {
        let files = try TokenFiles()
        let service = try TestService.unready { $0.tokens = try? files.tokens() }
        for endpoint in Endpoint.allCases where endpoint != .metrics {
            let path = endpoint.path.replacing("{sha256}", with: String(repeating: "0", count: 64))
            let answer = try service.ask(path, endpoint.method)
            #expect((answer.status == 401) != endpoint.isOpenToAll, "\(endpoint)")
            #expect(try service.ask(path, "OPTIONS").status == 204)
        }
        #expect(try service.ask("/nothing").status == 404)
    }

    @Test("a body that is refused is not read: the answer comes and the connection closes")
    func unreadBody() throws {
        let files = try TokenFiles()
        let service = try TestService.unready { $0.tokens = try? files.tokens() }
        let client = try service.client()
        try client.send(Array("POST /v1/segment HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n".utf8))
        let answer = try client.receive()
        #expect(answer.status == 401 && answer["connection"] == "close")
    }

    @Test("a reload while the service runs lets a new token in and a revoked one no more")
    func reload() throws {
        let files = try TokenFiles()
        let tokens = try files.tokens()
        let service = try TestService.unready { $0.tokens = tokens }
        let client = try service.client()
        func status(_ field: String) throws -> Int {
            try client.send(TestService.message("/v1/limits", "GET", [field], []))
            return try client.receive().status
        }
        #expect(try status(Self.first) == 200)
        try files.write("")
        #expect(throws: TokenFileError.self) { try tokens.reload() }
        #expect(try status(Self.first) == 200)
        try files.write(TokenFiles.second)
        try tokens.reload()
        #expect(try status(Self.first) == 401 && status(Self.second) == 200)
    }

    @Test("a picture belongs to the token that uploaded it")
    func owner() throws {
        let files = try TokenFiles()
        let service = try TestService(configure: { $0.tokens = try? files.tokens() })
        let type = "Content-Type: application/octet-stream"
        let created = try service.ask("/v1/images", "POST", [type, Self.first], TestService.scene())
        #expect(created.status == 201, "\(created.text)")
        let place = try #require(created["location"])
        #expect(try service.ask(place, "GET", [Self.second]).status == 404)
        #expect(try service.ask(place, "DELETE", [Self.second]).status == 404)
        #expect(try service.ask(place, "GET", [Self.first]).status == 200)
        #expect(try service.ask(place).status == 401)
    }

    @Test("metrics need no token here; from elsewhere they do, and are forbidden where there are none")
    func metrics() throws {
        let files = try TokenFiles()
        let (open, gated) = (
            try TestService.unready(), try TestService.unready { $0.tokens = try? files.tokens() }
        )
        let elsewhere = "X-Forwarded-For: 192.0.2.1"
        #expect(try open.ask("/metrics").status == 200 && gated.ask("/metrics").status == 200)
        let forbidden = try open.ask("/metrics", "GET", [elsewhere])
        #expect(forbidden.status == 403)
        #expect(try forbidden.json()["type"] == "/problems/forbidden")
        #expect(try gated.ask("/metrics", "GET", [elsewhere]).status == 401)
        #expect(try gated.ask("/metrics", "GET", [elsewhere, Self.second]).status == 200)
    }

    @Test("from this machine is who comes over loopback or a Unix socket and names nobody else")
    func machine() throws {
        func request(_ peer: PeerAddress?, _ fields: Fields = [:]) throws -> Request {
            Request(
                method: "GET", path: "/metrics", authority: "", version: .http11, fields: fields,
                peer: try #require(peer))
        }
        for peer in [PeerAddress("127.0.0.1"), PeerAddress("::1"), PeerAddress("::ffff:127.0.0.2"), .local] {
            #expect(try request(peer).isFromThisMachine)
            for name in ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"] {
                var fields = Fields()
                fields.append(name, "127.0.0.1")
                #expect(try !request(peer, fields).isFromThisMachine, "\(name)")
            }
        }
        for peer in ["192.0.2.1", "10.0.0.1", "2001:db8::1"] {
            #expect(try !request(PeerAddress(peer)).isFromThisMachine)
        }
    }
}
