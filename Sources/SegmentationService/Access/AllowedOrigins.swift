import HTTPTransport

/// The web pages that may read answers: CORS, as the Fetch standard has it. Without any, nothing is said of it.
public struct AllowedOrigins: Sendable, Equatable {
    public static let none = AllowedOrigins()

    private var origins: Set<String> = []
    private var allowsAll = false

    private init() {}

    /// - Parameter texts: origins as browsers write them, like `https://app.example.com`; `*` for all.
    /// - Throws: ``AllowedOriginError``
    public init(_ texts: [String]) throws(AllowedOriginError) {
        for text in texts {
            guard text == "*" || Self.isOrigin(text) else { throw AllowedOriginError(text: text) }
            if text == "*" { allowsAll = true } else { origins.insert(text) }
        }
    }

    /// A scheme and a host with a port that is not the scheme's own, in lower case.
    private static func isOrigin(_ text: String) -> Bool {
        let isDefaultPort =
            text.hasPrefix("https:") && text.hasSuffix(":443") || text.hasPrefix("http:") && text.hasSuffix(":80")
        return text.wholeMatch(of: /[a-z][a-z0-9+.\-]*:\/\/[a-z0-9.\-_\[\]:]+/) != nil && !isDefaultPort
    }

    private var isOn: Bool { allowsAll || !origins.isEmpty }

    /// Who may read the answer to a request, as `Access-Control-Allow-Origin` says it; nil for nobody.
    private func reader(of request: Request?) -> String? {
        guard isOn, let origin = request?.fields["origin"] else { return nil }
        return allowsAll ? "*" : origins.contains(origin) ? origin : nil
    }

    /// Lets the page that asked read an answer, where it is allowed to.
    func open(_ response: inout Response, to request: Request?) {
        guard isOn else { return }
        let vary = response.fields.values(of: "vary") + ["origin"]
        response.fields.set("vary", vary.joined(separator: ", "))
        guard let reader = reader(of: request) else { return }
        response.fields.set("access-control-allow-origin", reader)
        response.fields.set("access-control-expose-headers", Self.exposed)
    }

    /// Answers a preflight on top of what OPTIONS says anyway.
    func allowPreflight(_ response: inout Response, to request: Request, methods: String) {
        guard request.fields.contains("access-control-request-method"), reader(of: request) != nil else { return }
        response.fields.set("access-control-allow-methods", methods)
        response.fields.set("access-control-allow-headers", Self.accepted)
        response.fields.set("access-control-max-age", Self.maximumAge)
    }

    private static let exposed = "x-request-id, server-timing, retry-after, location, traceparent"
    private static let accepted = "accept, authorization, content-type, x-request-id, traceparent, tracestate"
    /// Seconds that browsers remember; Chromium takes no more.
    private static let maximumAge = "7200"
}

/// A text that names no origin. The description is one line.
public struct AllowedOriginError: Error, Equatable, CustomStringConvertible {
    let text: String

    public var description: String {
        "'\(text)' is no origin as browsers write it; give one like https://app.example.com, without a path, or *"
    }
}
