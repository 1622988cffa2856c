import HTTPTransport

/// What the service offers, by the name that `openapi.yaml` has for it; HEAD comes with GET, OPTIONS with all.
enum Endpoint: String, Sendable, CaseIterable {
    case discovery, segment, models, limits, version, document, live, ready, health, metrics
    case batch = "segmentBatch"
    case upload = "uploadImage"
    case image = "describeImage"
    case forgetImage

    var method: String {
        switch self {
        case .segment, .batch, .upload: "POST"
        case .forgetImage: "DELETE"
        case .image, .discovery, .models, .limits, .version, .document, .live, .ready, .health, .metrics: "GET"
        }
    }

    /// Whether it is answered to whoever asks, however often: balancers ask.
    var isOpenToAll: Bool { self == .live || self == .ready || self == .health }

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
        case .metrics: "/metrics"
        }
    }

    static let router: Router<Endpoint> = {
        var router = Router<Endpoint>()
        for endpoint in allCases { router.add(endpoint.method, endpoint.path, endpoint) }
        return router
    }()
}

extension RouteMatch<Endpoint> {
    var endpoint: Endpoint? { if case .found(let endpoint, _) = self { endpoint } else { nil } }
}
