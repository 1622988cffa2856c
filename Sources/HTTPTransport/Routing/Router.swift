/// Finds what a request asks for by its method and path.
///
/// HEAD goes where GET goes (RFC 9110 §9.3.2: the transport leaves out the body), OPTIONS is answered with what is
/// allowed, a wrong method with 405 and `Allow` (§15.5.6), an unknown path with 404.
public struct Router<Endpoint: Sendable>: Sendable {
    @usableFromInline var table = RouteTable()
    /// By the number that the table has for them.
    @usableFromInline var endpoints: [Endpoint] = []

    public init() {}

    /// Adds an endpoint.
    ///
    /// - Parameter pattern: a path; one segment of it may be `{name}`, which stands for any one that is not empty.
    public mutating func add(_ method: String, _ pattern: String, _ endpoint: Endpoint) {
        table.add(method, pattern, endpoints.count)
        endpoints.append(endpoint)
    }

    @inlinable
    public func match(_ method: String, _ path: String) -> RouteMatch<Endpoint> {
        table.match(method, path).map { endpoints[$0] }
    }
}
