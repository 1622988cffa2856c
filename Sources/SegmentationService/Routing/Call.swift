import HTTPTransport
import Segmentation
import Synchronization
import Tensors

/// One request on its way through the service: gives every answer the fields that all answers carry.
final class Call: Sendable {
    let request: Request
    let id: String
    /// Whose pictures the call may use.
    let owner: ImageStore.Owner = nil
    private let responder: Responder
    private let start = ContinuousClock.now
    private let log: @Sendable (String) -> Void

    init(_ request: Request, _ responder: Responder, log: @escaping @Sendable (String) -> Void) {
        self.request = request
        self.responder = responder
        self.log = log
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
    func answer(_ response: Response, timing: String? = nil) {
        var response = response
        let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
        Self.addCommonFields(to: &response, id: id)
        response.fields.append("server-timing", timing ?? "total;dur=\((milliseconds * 10).rounded() / 10)")
        if let trace = request.fields["traceparent"].flatMap(TraceParent.init) {
            response.fields.append("traceparent", trace.continued())
        }
        responder.send(response)
    }

    func answer(_ json: JSONValue, status: Int = 200) {
        answer(.json(json, status: status))
    }

    func answer(_ problem: Problem) {
        answer(problem.response(instance: request.path, id: id))
    }

    /// Answers an error: what the client may know of it, or an id only.
    func answer(_ error: any Error) { answer(problem(for: error)) }

    /// What the client may know of an error; of one that is not the request's, the log has the rest.
    func problem(for error: any Error) -> Problem {
        if let problem = Problem.telling(error) { return problem }
        log("request \(id) failed: \(error)")
        return Problem.internalError
    }

    static func addCommonFields(to response: inout Response, id: String) {
        response.fields.set("x-request-id", id)
        response.fields.set("cache-control", "no-store")
        response.fields.set("x-content-type-options", "nosniff")
    }
}

extension Response {
    static func json(_ json: JSONValue, status: Int = 200) -> Response {
        Response(status: status, fields: ["content-type": "application/json"], body: Array(json.compact.utf8))
    }
}
