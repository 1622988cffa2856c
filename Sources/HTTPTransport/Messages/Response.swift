/// A whole answer.
///
/// The transport adds `Date`, `Content-Length`, `Transfer-Encoding` and `Connection` itself and drops them from `fields`.
public struct Response: Sendable, Equatable {
    /// From 200 to 599.
    public var status: Int
    public var fields: Fields
    /// Sent as it is; for HEAD, 204 and 304 it is left out (for HEAD its length is still told).
    public var body: [UInt8]
    /// Seconds that the client has to take it; then the connection is closed, or the HTTP/2 stream reset. Nil for any time
    /// at the minimum rate.
    public var takenWithin: Double?

    public init(status: Int, fields: Fields = Fields(), body: [UInt8] = []) {
        precondition((200...599).contains(status), "a final answer's status is from 200 to 599")
        self.status = status
        self.fields = fields
        self.body = body
    }
}

extension Response {
    /// The answer to a fault, as RFC 9457 problem+json.
    public init(problem fault: TransportFault) {
        let title = StatusLine.reason(fault.status)
        let limit = fault.limit.map { #","limit":\#($0)"# } ?? ""
        let json = """
            {"type":"about:blank","title":"\(title)","status":\(fault.status),"detail":"\(fault)"\(limit)}
            """
        self.init(
            status: fault.status, fields: ["content-type": "application/problem+json", "cache-control": "no-store"],
            body: Array(json.utf8))
    }
}

extension Fields: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral pairs: (String, String)...) {
        for (name, value) in pairs { append(name, value) }
    }
}
