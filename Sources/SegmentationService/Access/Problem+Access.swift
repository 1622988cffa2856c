import Tensors

extension Problem {
    /// - Parameter isWrong: whether a token was sent, but none that is taken (RFC 6750 §3.1).
    static func unauthorized(isWrong: Bool) -> Problem {
        let detail = isWrong ? "the bearer token is none that is taken here" : "there is no bearer token"
        return Problem("unauthorized", 401, "Unauthorized", detail).with {
            $0.hint = "send Authorization: Bearer and a token that the operator gave you"
            $0.fields = [
                .init(name: "www-authenticate", value: isWrong ? "Bearer error=\"invalid_token\"" : "Bearer")
            ]
        }
    }

    static let forbidden = Problem("forbidden", 403, "Forbidden", "metrics are for this machine only").with {
        $0.hint = "ask on the machine itself, or have tokens or a listener of their own configured"
    }

    static func tooManyRequests(_ limit: RateLimit, retryAfter seconds: Int) -> Problem {
        let detail = "more than \(limit.burst) requests at once, or \(limit.perSecond) a second"
        return Problem("rate", 429, "Too many requests", detail).with {
            $0.limit = limit.burst
            $0.retryable = true
            $0.hint = "try again after \(seconds) s"
            $0.fields = [.init(name: "retry-after", value: String(seconds))]
        }
    }
}
