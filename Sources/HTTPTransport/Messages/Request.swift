/// What a client asked for, without its body.
public struct Request: Sendable, Equatable {
    public enum Version: String, Sendable {
        case http10 = "HTTP/1.0"
        case http11 = "HTTP/1.1"
        case http2 = "HTTP/2"
    }

    /// As sent; methods tell upper from lower case (RFC 9110 §9.1).
    public var method: String
    /// Still percent-encoded; begins with a slash, or is the asterisk of `OPTIONS *`.
    public var path: String
    /// What follows the question mark, still percent-encoded; nil without one.
    public var query: String?
    /// Host and port as the client named them, from the target or from `Host`; may be empty.
    public var authority: String
    public var version: Version
    public var fields: Fields
    /// Whether the request came over TLS.
    public var isSecure = false
    public var peer = PeerAddress.local
}
