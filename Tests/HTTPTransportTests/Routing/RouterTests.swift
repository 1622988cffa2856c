import Testing

@testable import HTTPTransport

@Suite("Routes")
struct RouterTests {
    private static let router: Router = {
        var router = Router { _, miss, responder in
            switch miss {
            case .notFound: responder.send(.text("none", status: 404))
            case .methodNotAllowed(let allowed):
                responder.send(Response(status: 405, fields: ["allow": allowed]))
            case .options(let allowed): responder.send(Response(status: 204, fields: ["allow": allowed]))
            }
        }
        router.add("GET", "/livez") { _, _, _, responder in responder.send(.text("alive")) }
        router.add("POST", "/v1/images") { request, _, body, responder in echo(request, body, responder) }
        router.add("GET", "/v1/images/{digest}") { _, digest, _, responder in responder.send(.text(digest ?? "")) }
        router.add("DELETE", "/v1/images/{digest}") { _, _, _, responder in responder.send(Response(status: 204)) }
        return router
    }()

    private static let cases: [(String, Int, String, String?)] = [
        ("GET /livez", 200, "alive", nil),
        ("GET /livez?x=1", 200, "alive", nil),
        ("HEAD /livez", 200, "", nil),
        ("POST /v1/images", 200, "POST /v1/images 0", nil),
        ("GET /v1/images/sha256%3Aab", 200, "sha256:ab", nil),
        ("GET /v1/images/%E2%82%AC", 200, "€", nil),
        ("DELETE /v1/images/x", 204, "", nil),
        ("GET /v1/images/%FF", 404, "none", nil),
        ("GET /v1/images/", 404, "none", nil),
        ("GET /v1/images/a/b", 404, "none", nil),
        ("GET /livez/", 404, "none", nil),
        ("GET /LIVEZ", 404, "none", nil),
        ("GET /v1/images", 405, "", "OPTIONS, POST"),
        ("PUT /livez", 405, "", "GET, HEAD, OPTIONS"),
        ("get /livez", 405, "", "GET, HEAD, OPTIONS"),
        ("PUT /v1/images/x", 405, "", "DELETE, GET, HEAD, OPTIONS"),
        ("OPTIONS /livez", 204, "", "GET, HEAD, OPTIONS"),
        ("OPTIONS *", 204, "", "DELETE, GET, HEAD, OPTIONS, POST"),
    ]

    @Test("a request finds its route, or what is said where there is none", arguments: cases)
    func routes(line: String, status: Int, body: String, allowed: String?) throws {
        let server = try TestServer { Self.router.respond(to: $0, body: $1, responder: $2) }
        let client = try server.client()
        try client.send("\(line) HTTP/1.1\r\nHost: h\r\n\r\n")
        let response = try client.receiveResponse(toHead: line.hasPrefix("HEAD"))
        #expect(response.status == status)
        #expect(response.body == body)
        #expect(response.field("allow") == allowed)
    }
}
