import HTTPTransport

/// One request that is over, as the operator sees it. It holds no class name, no query and no token.
struct RequestRecord: Sendable {
    let id: String
    /// Nil where not even the request's first line was understood.
    let request: Request?
    /// Nil where nothing of the service was asked for.
    let endpoint: Endpoint?
    let client: Client
    /// Nil where the client left before there was an answer.
    let status: Int?
    /// What kind of problem the answer is.
    var problem: String?
    /// Bytes of the two bodies.
    var received = 0
    var sent = 0
    /// From the whole head to the answer; nil where the transport answered.
    var seconds: Double?
}

extension Response {
    /// Bytes of the body that go out: none for HEAD.
    func bodyCount(for request: Request?) -> Int { request?.method == "HEAD" ? 0 : body.count }
}
