import Encoders
import Tensors

extension Model {
    /// As `GET /v1/models` lists it.
    func json(isDefault: Bool) -> JSONValue {
        let configuration = outline.configuration
        return [
            "name": .string(configuration.name), "version": .string(configuration.version),
            "license": .string(configuration.license), "digest": .string("sha256:\(digest)"),
            "fusion": .string(configuration.fusion.rule.rawValue),
            "encoders": [
                "text": "clip-text", "visual": .string(configuration.visual.architecture.name), "spectral": "vit",
            ],
            "default": .bool(isDefault), "state": .string(state.name), "weight_bytes": JSONValue(sizes.weights),
        ]
    }
}

extension Model.State {
    static let names = ["unloaded", "loading", "ready", "failed"]

    var name: String {
        switch self {
        case .unloaded: "unloaded"
        case .loading: "loading"
        case .ready: "ready"
        case .failed: "failed"
        }
    }
}
