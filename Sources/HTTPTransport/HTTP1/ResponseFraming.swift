/// How an answer's end is told, decided from the request and what is known of the answer (RFC 9112 §6, RFC 9110 §6.4.1).
struct ResponseFraming: Equatable, Sendable {
    enum Length: Equatable, Sendable {
        /// No length is told: 204 and 304 have none, and to HTTP/1.0 the end of the connection says it.
        case untold
        case fixed(Int)
        case chunked
    }

    var length: Length
    /// False for HEAD, 204 and 304.
    var sendsBody: Bool
    /// Whether the connection ends after this answer.
    var closes: Bool

    /// - Parameter length: bytes of the body; nil where it comes piece by piece.
    init(status: Int, length: Int?, method: String, version: Request.Version, keepsAlive: Bool) {
        let isBodiless = status == 204 || status == 304
        sendsBody = !isBodiless && method != "HEAD"
        closes = !keepsAlive
        if isBodiless {
            self.length = .untold
        } else if let length {
            self.length = .fixed(length)
        } else if version == .http11 {
            self.length = .chunked
        } else {
            self.length = .untold
            closes = closes || sendsBody
        }
    }
}
