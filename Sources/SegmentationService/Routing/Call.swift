import HTTPTransport
import Segmentation
import Synchronization
import Tensors

/// One request on its way through the service: gives every answer the fields that all answers carry.
final class Call: Sendable {
    let request: Request
    let id: String
    /// Whose pictures the call may use.
    let owner: ImageStore.Owner
    private let responder: Responder
    private let endpoint: Endpoint?
    private let client: Client
    private let origins: AllowedOrigins
    private let observation: Observation
    private let start = ContinuousClock.now
    private let isOver = Atomic(false)

    /// - Parameters:
    ///   - endpoint: nil where there is none for the request.
    ///   - client: who asks, as the gate found out.
    init(
        _ request: Request, _ responder: Responder, _ endpoint: Endpoint?, _ client: Client, origins: AllowedOrigins,
        _ observation: Observation
    ) {
        self.request = request
        self.responder = responder
        self.endpoint = endpoint
        self.client = client
        self.origins = origins
        self.observation = observation
        owner = client.owner
        id = Self.id(for: request)
    }

    /// The client's own id where it is short and plain, else a fresh one.
    static func id(for request: Request?) -> String {
        guard let own = request?.fields["x-request-id"], (1...128).contains(own.utf8.count),
            own.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C })
        else { return SegmentationResult.freshID() }
        return own
    }

    func onCancel(_ callback: @escaping @Sendable () -> Void) { responder.onCancel(callback) }

    /// - Parameter timing: a `Server-Timing` value; the whole time when left out.
    func answer(_ response: Response, timing: String? = nil) { send(response, timing, nil) }

    private func send(_ response: Response, _ timing: String?, _ problem: Problem?) {
        var response = response
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        Self.addCommonFields(
            to: &response, id: id, for: request, origins,
            timing: timing ?? "total;dur=\((seconds * 10_000).rounded() / 10)")
        end(seconds, response, problem)
        responder.send(response)
    }

    func answer(_ json: JSONValue, status: Int = 200) {
        answer(.json(json, status: status))
    }

    func answer(_ problem: Problem) {
        send(problem.response(instance: request.path, id: id), nil, problem)
    }

    /// Answers an error: what the client may know of it, or an id only.
    func answer(_ error: any Error) { answer(problem(for: error)) }

    /// What the client may know of an error; of one that is not the request's, the log has the rest.
    func problem(for error: any Error) -> Problem {
        if let problem = Problem.telling(error) { return problem }
        observation.log("request \(id) failed: \(error)")
        return Problem.internalError
    }

    /// - Parameters:
    ///   - request: as far as it was understood.
    ///   - timing: a `Server-Timing` value.
    static func addCommonFields(
        to response: inout Response, id: String, for request: Request?, _ origins: AllowedOrigins, timing: String
    ) {
        response.fields.reserve()
        response.fields.set("x-request-id", id)
        response.fields.set("cache-control", "no-store")
        response.fields.set("x-content-type-options", "nosniff")
        response.fields.set("server-timing", timing)
        if let trace = request?.fields["traceparent"].flatMap(TraceParent.init) {
            response.fields.set("traceparent", trace.continued())
        }
        origins.open(&response, to: request)
    }
}

extension Call {
    /// Answers a request for which there is no endpoint.
    func answer(unfound match: RouteMatch<Endpoint>) {
        switch match {
        case .found, .notFound: answer(Problem.notFound(request.path))
        case .methodNotAllowed(let allowed): answer(Problem.methodNotAllowed(request.method, allowed: allowed))
        case .options(let allowed):
            let methods = allowed.joined(separator: ", ")
            var response = Response(status: 204, fields: ["allow": methods])
            origins.allowPreflight(&response, to: request, methods: methods)
            answer(response)
        }
    }

    /// Notes it when the client leaves before its answer, or the transport answers a fault of the body.
    func watch() {
        guard !isOver.load(ordering: .relaxed) else { return }
        responder.onCancel { [weak self] in
            guard let self else { return }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            // What the transport answers it has recorded itself.
            if responder.cancellationReason == .clientLeft {
                end(seconds, nil, nil)
            } else {
                isOver.store(true, ordering: .relaxed)
            }
        }
    }

    /// Records the request, once.
    private func end(_ seconds: Double, _ response: Response?, _ problem: Problem?) {
        guard !isOver.exchange(true, ordering: .relaxed) else { return }
        observation.ended(
            RequestRecord(
                id: id, request: request, endpoint: endpoint, client: client, status: response?.status,
                problem: problem?.kind, received: responder.receivedBytes,
                sent: response?.bodyCount(for: request) ?? 0, seconds: seconds))
    }
}

extension Response {
    static func json(_ json: JSONValue, status: Int = 200) -> Response {
        Response(status: status, fields: ["content-type": "application/json"], body: Array(json.compact.utf8))
    }
}
