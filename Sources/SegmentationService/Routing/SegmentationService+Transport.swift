public import HTTPTransport

extension SegmentationService {
    /// How a server that answers for the service is set up: its limits, its counters and the answers to what it refuses
    /// itself.
    public func serverConfiguration(_ addresses: [ListenAddress]) -> ServerConfiguration {
        var server = ServerConfiguration(addresses: addresses)
        server.limits = configuration.limits.transport
        server.counters = transport
        server.unlimitedNetworks += configuration.trustedProxies
        server.faultResponse = { [self] in answer(to: $0, $1, $2) }
        return server
    }

    /// The answer to a request that the transport refuses itself.
    ///
    /// - Parameter request: as far as its head was understood.
    public func answer(to fault: TransportFault, _ request: Request?, _ peer: PeerAddress) -> Response {
        let id = Call.id(for: request)
        let problem = Problem(fault)
        var response = problem.response(instance: request?.path ?? "", id: id)
        Call.addCommonFields(
            to: &response, id: id, for: request, configuration.allowedOrigins, timing: "total;dur=0")
        observation.ended(
            RequestRecord(
                id: id, request: request,
                endpoint: request.flatMap { Endpoint.router.match($0.method, $0.path).endpoint },
                client: request.map(gate.client) ?? Client(address: peer), status: response.status,
                problem: problem.kind, sent: response.bodyCount(for: request)))
        return response
    }
}
