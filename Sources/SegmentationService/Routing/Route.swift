/// What the service offers, as `openapi.yaml` lists it.
enum Route: String, Sendable, CaseIterable {
    case discovery = "/"
    case segment = "/v1/segment"
    case models = "/v1/models"
    case limits = "/v1/limits"
    case version = "/v1/version"
    case document = "/openapi.json"
    case live = "/livez"
    case ready = "/readyz"
    case health = "/healthz"

    /// The method of the path's own; HEAD comes with GET, OPTIONS with all.
    var method: String { self == .segment ? "POST" : "GET" }

    var allowed: [String] { method == "GET" ? ["GET", "HEAD", "OPTIONS"] : [method, "OPTIONS"] }
}
