import Testing

@testable import HTTPTransport

@Suite("Routes")
struct RouterTests {
    private static let router: Router<String> = {
        var router = Router<String>()
        router.add("GET", "/livez", "alive")
        router.add("POST", "/v1/images", "upload")
        router.add("GET", "/v1/images/{digest}", "describe")
        router.add("DELETE", "/v1/images/{digest}", "forget")
        return router
    }()

    private static let cases = [
        ("GET /livez", "alive"),
        ("HEAD /livez", "alive"),
        ("POST /v1/images", "upload"),
        ("GET /v1/images/sha256%3Aab", "describe sha256:ab"),
        ("GET /v1/images/%E2%82%AC", "describe €"),
        ("DELETE /v1/images/x", "forget x"),
        ("GET /v1/images/%FF", "404"),
        ("GET /v1/images/", "404"),
        ("GET /v1/images/a/b", "404"),
        ("GET /livez/", "404"),
        ("GET /LIVEZ", "404"),
        ("GET /v1/images", "405 OPTIONS, POST"),
        ("PUT /livez", "405 GET, HEAD, OPTIONS"),
        ("get /livez", "405 GET, HEAD, OPTIONS"),
        ("PUT /v1/images/x", "405 DELETE, GET, HEAD, OPTIONS"),
        ("OPTIONS /livez", "204 GET, HEAD, OPTIONS"),
        ("OPTIONS *", "204 DELETE, GET, HEAD, OPTIONS, POST"),
    ]

    @Test("a request finds its endpoint, or what is said where there is none", arguments: cases)
    func routes(line: String, expected: String) {
        let words = line.split(separator: " ").map(String.init)
        let found =
            switch Self.router.match(words[0], words[1]) {
            case .found(let endpoint, let parameter): parameter.map { "\(endpoint) \($0)" } ?? endpoint
            case .notFound: "404"
            case .methodNotAllowed(let allowed): "405 \(allowed.joined(separator: ", "))"
            case .options(let allowed): "204 \(allowed.joined(separator: ", "))"
            }
        #expect(found == expected)
    }
}
