import HTTPTransport
import Imaging
import Tensors

extension Problem {
    static func malformed(_ what: String, hint: String, pointer: String? = nil) -> Problem {
        Problem("malformed", 400, "Malformed request", what).with {
            $0.hint = hint
            if let pointer { $0.errors = [.init(pointer: pointer, detail: what)] }
        }
    }

    static func invalid(_ pointer: String, _ detail: String) -> Problem {
        Problem("invalid-request", 422, "Invalid request", detail).with {
            $0.errors = [.init(pointer: pointer, detail: detail)]
        }
    }

    static func notFound(_ path: String) -> Problem {
        Problem("not-found", 404, "Not found", "there is nothing at this path").with {
            $0.hint = "GET / lists what there is"
        }
    }

    static func notHeld(_ reference: String) -> Problem {
        Problem("not-held", 404, "Not found", "no picture \(reference.prefix(80)) is held").with {
            $0.hint = "upload it with POST /v1/images; pictures are let go when nobody asks about them for a while"
        }
    }

    static func methodNotAllowed(_ method: String, allowed: [String]) -> Problem {
        let list = allowed.joined(separator: ", ")
        return Problem("method-not-allowed", 405, "Method not allowed", "\(method) is not what this path takes").with {
            $0.hint = "use \(list)"
            $0.fields = [.init(name: "allow", value: list)]
        }
    }

    static func notAcceptable(_ offered: [String]) -> Problem {
        Problem("not-acceptable", 406, "Not acceptable", "no media type that Accept names is offered here").with {
            $0.hint = "accept one of the alternatives"
            $0.extensions = [.init("alternatives", .array(offered.map { .string($0) }))]
            $0.fields = [.init(name: "vary", value: "accept")]
        }
    }

    /// - Parameter kinds: what is read in its place.
    static func unsupportedType(_ detail: String, _ kinds: [RequestForm.Kind] = RequestForm.Kind.allCases) -> Problem {
        let accepted = kinds.flatMap(\.mediaTypes).joined(separator: ", ")
        return Problem("unsupported-media-type", 415, "Unsupported media type", detail).with {
            $0.hint = "send one of: \(accepted)"
            $0.fields = [.init(name: "accept-post", value: accepted)]
        }
    }

    static func tooLarge(_ detail: String, limit: Int, actual: Int?) -> Problem {
        Problem("too-large", 413, "Content too large", detail).with {
            $0.limit = limit
            $0.actual = actual
            $0.hint = "send less; GET /v1/limits lists every limit"
        }
    }

    /// - Parameter retryAfter: seconds.
    static func unavailable(_ kind: String, _ detail: String, retryAfter: Int, limit: Int? = nil) -> Problem {
        Problem(kind, 503, "Service unavailable", detail).with {
            $0.limit = limit
            $0.retryable = true
            $0.hint = "try again after \(retryAfter) s"
            $0.fields = [.init(name: "retry-after", value: String(retryAfter))]
        }
    }

    static func deadlinePassed(_ job: Job) -> Problem {
        let milliseconds = Int(job.timeout / .milliseconds(1))
        return Problem("deadline", 504, "Deadline passed", "no answer within \(milliseconds) ms; the work was stopped")
            .with {
                $0.limit = milliseconds
                $0.retryable = true
                $0.hint = "send a smaller picture or fewer classes, or raise timeout_ms up to the limit"
                $0.extensions = [.init("stage", .string(job.stage.rawValue))]
            }
    }

    /// Says nothing of what happened: that stands in the log, under the request's id.
    static let internalError = Problem("internal", 500, "Internal error", "the request could not be answered").with {
        $0.hint = "tell the operator the request_id"
    }

    init(_ error: JSONError, at pointer: String = "") {
        if case .duplicateName = error.reason {
            self = .invalid(pointer, error.description)
        } else {
            self = .malformed(
                "not JSON: \(error.description)", hint: "send one JSON text (RFC 8259)", pointer: pointer)
        }
    }

    init(_ fault: TransportFault) {
        self.init("http", fault.status, StatusTitle.of(fault.status), fault.description)
        limit = fault.limit
        if case .bodyTooLarge(_, let actual) = fault { self.actual = actual }
        if case .tooSlow = fault { retryable = true }
    }
}

/// Titles of the problems that the transport finds.
private enum StatusTitle {
    static func of(_ status: Int) -> String {
        switch status {
        case 400: "Malformed request"
        case 408: "Request timeout"
        case 413: "Content too large"
        case 414: "URI too long"
        case 417: "Expectation failed"
        case 431: "Header fields too large"
        case 501: "Method not implemented"
        case 505: "HTTP version not supported"
        default: "Internal error"
        }
    }
}
