import Tensors

extension Problem {
    /// - Parameter known: the titles of the models that are served.
    static func unknownModel(_ asked: AskedModel, known: [String]) -> Problem {
        let names = known.joined(separator: ", ")
        let detail = "no model is named \(JSONValue.quoted(asked.name, upTo: 80)); there are \(names)"
        return Problem("unknown-model", 422, "Unknown model", detail).with {
            $0.errors = [.init(pointer: asked.pointer, detail: detail)]
            $0.hint = "name one of them, with or without its version, or none for the first; see GET /v1/models"
        }
    }

    /// Says nothing of the reason, which stands in the log.
    ///
    /// - Parameter seconds: until loading is tried again.
    static func modelUnavailable(_ title: String, seconds: Double) -> Problem {
        .unavailable(
            "model-unavailable", "the model \(title) could not be loaded",
            retryAfter: max(1, Int(seconds.rounded(.up))))
    }
}
