/// A request's head, and what it says about the rest of the message and the connection.
struct RequestHead: Equatable, Sendable {
    enum Body: Equatable, Sendable {
        case none
        /// More than no bytes, by Content-Length.
        case fixed(Int)
        case chunked
    }

    var request: Request
    var body: Body
    /// Whether the connection may carry another request after this one (RFC 9112 §9.3).
    var keepsAlive: Bool
    /// Whether the client waits for 100 (RFC 9110 §10.1.1).
    var expectsContinue: Bool
}

/// The bounds of one request as the parser knows them.
struct RequestLimits: Equatable, Sendable {
    var target = 8 * 1024
    /// Bytes of all field lines with their line ends; trailers have as much again.
    var fieldBytes = 16 * 1024
    var fields = 100
    var body = 32 * 1024 * 1024

    static let longestMethod = 32
    /// Longest line that tells a chunk's size, and all extensions of one body together.
    static let chunkLine = 256
    static let chunkExtensions = 16 * 1024
}
