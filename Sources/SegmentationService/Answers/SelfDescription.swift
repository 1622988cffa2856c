import Encoders
import HTTPTransport
import Imaging
import Segmentation
import Tensors

extension SegmentationService {
    var discovery: JSONValue {
        let endpoints = Endpoint.allCases.map { endpoint -> JSONValue in
            ["method": .string(endpoint.method), "path": .string(endpoint.path)]
        }
        return ["name": "silhouette", "version": .string(configuration.version), "endpoints": .array(endpoints)]
    }

    var version: JSONValue { ["name": "silhouette", "version": .string(configuration.version), "api": "v1"] }

    /// `openapi.yaml` as JSON.
    static let document = Response(
        status: 200, fields: ["content-type": "application/json"], body: Array(OpenAPIDocument.text.utf8))

    static let alive = Response.json(["status": "alive"])
    static let starting = Problem.unavailable("starting", "the bundle is being loaded and checked", retryAfter: 5)

    func answerReadiness(_ call: Call) {
        switch phase {
        case .ready: call.answer(["status": "ready"])
        case .starting: call.answer(Self.starting)
        case .draining: call.answer(Problem.unavailable("draining", "the service is about to stop", retryAfter: 5))
        }
    }

    /// Every model that requests may name, the first first.
    var modelList: JSONValue {
        let models = models.models
        return ["models": .array(models.map { $0.json(isDefault: $0 === models.first) })]
    }

    /// What a request would cost, from the picture's header alone.
    static func dryRun(_ header: ImageHeader, _ cost: Int, _ deadline: Int, _ load: JobQueue.Load) -> JSONValue {
        let size = header.uprightSize
        return [
            "dry_run": true,
            "image": [
                "width": JSONValue(size.width), "height": JSONValue(size.height),
                "format": .string(header.format.rawValue),
                "orientation": JSONValue(header.orientation.rawValue),
            ],
            "cost": JSONValue(cost), "deadline_ms": JSONValue(deadline), "queue_jobs": JSONValue(load.waiting),
        ]
    }
}

extension Problem {
    init(_ refusal: JobQueue.Refusal, bounds: JobQueue.Bounds) {
        switch refusal {
        case .full(let seconds):
            self = .unavailable("queue-full", "the queue is full", retryAfter: seconds, limit: bounds.jobs)
        case .tooLate(let seconds):
            self = .unavailable("queue-full", "the queue is longer than this request's deadline", retryAfter: seconds)
        case .closed:
            self = .unavailable("draining", "the service is about to stop", retryAfter: 5)
        }
    }
}
