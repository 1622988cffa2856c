import HTTPTransport

/// What the service offers, as `openapi.yaml` lists it; HEAD comes with GET, OPTIONS with all.
enum Endpoint: Sendable, CaseIterable {
    case discovery, segment, batch, upload, image, forgetImage, models, limits, version, document, live, ready, health

    var method: String {
        switch self {
        case .segment, .batch, .upload: "POST"
        case .forgetImage: "DELETE"
        case .image, .discovery, .models, .limits, .version, .document, .live, .ready, .health: "GET"
        }
    }

    /// A pattern as ``Router`` reads it.
    var path: String {
        switch self {
        case .discovery: "/"
        case .segment: "/v1/segment"
        case .batch: "/v1/segment/batch"
        case .upload: "/v1/images"
        case .image, .forgetImage: "/v1/images/{sha256}"
        case .models: "/v1/models"
        case .limits: "/v1/limits"
        case .version: "/v1/version"
        case .document: "/openapi.json"
        case .live: "/livez"
        case .ready: "/readyz"
        case .health: "/healthz"
        }
    }

    static let router: Router<Endpoint> = {
        var router = Router<Endpoint>()
        for endpoint in allCases { router.add(endpoint.method, endpoint.path, endpoint) }
        return router
    }()
}
