import HTTPTransport

/// Answers metrics and nothing else; who reaches its listener may have them.
struct MetricsHandler: RequestHandler {
    let service: SegmentationService

    private static let router: Router<Endpoint> = {
        var router = Router<Endpoint>()
        router.add(Endpoint.metrics.method, Endpoint.metrics.path, .metrics)
        return router
    }()

    func respond(to request: Request, body: RequestBody, responder: Responder) {
        let match = Self.router.match(request.method, request.path)
        let call = Call(
            request, responder, match.endpoint, Client(address: request.peer), origins: .none, service.observation)
        if match.endpoint != nil { call.answer(service.metrics.response) } else { call.answer(unfound: match) }
    }
}
