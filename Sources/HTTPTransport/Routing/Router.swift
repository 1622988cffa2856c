/// Finds who answers a request by its method and path.
///
/// HEAD goes where GET goes (RFC 9110 §9.3.2: the transport leaves out the body), OPTIONS is answered with what is
/// allowed, a wrong method with 405 and `Allow` (§15.5.6), an unknown path with 404.
public struct Router: RequestHandler {
    /// What was found in the path at a pattern's parameter, percent-decoded.
    public typealias Parameter = String
    public typealias Handler = @Sendable (Request, Parameter?, RequestBody, Responder) -> Void

    /// What a request meets where no route answers it; `allowed` is the value of `Allow`.
    public enum Miss: Sendable, Equatable {
        case notFound
        case methodNotAllowed(allowed: String)
        case options(allowed: String)
    }

    private struct Route {
        var segments: [Substring]
        /// Where the parameter stands among the segments.
        var parameter: Int?
        var handlers: [(method: String, handler: Handler)] = []

        var allowed: String {
            var methods = handlers.map(\.method)
            if methods.contains("GET") { methods.append("HEAD") }
            return (methods + ["OPTIONS"]).sorted().joined(separator: ", ")
        }
    }

    private var plain: [String: Route] = [:]
    private var withParameter: [Route] = []
    private let onMiss: @Sendable (Request, Miss, Responder) -> Void

    /// - Parameter onMiss: answers what no route does.
    public init(onMiss: @escaping @Sendable (Request, Miss, Responder) -> Void) {
        self.onMiss = onMiss
    }

    /// Adds a route.
    ///
    /// - Parameter pattern: a path; one segment of it may be `{name}`, which stands for any one that is not empty.
    public mutating func add(_ method: String, _ pattern: String, _ handler: @escaping Handler) {
        let segments = Self.segments(pattern)
        let parameter = segments.firstIndex { $0.hasPrefix("{") && $0.hasSuffix("}") }
        guard parameter != nil else {
            plain[pattern, default: Route(segments: segments)].handlers.append((method, handler))
            return
        }
        if let index = withParameter.firstIndex(where: { $0.segments == segments }) {
            withParameter[index].handlers.append((method, handler))
        } else {
            withParameter.append(Route(segments: segments, parameter: parameter, handlers: [(method, handler)]))
        }
    }

    public func respond(to request: Request, body: RequestBody, responder: Responder) {
        guard let (route, parameter) = route(request.path) else {
            let isServerWide = request.method == "OPTIONS" && request.path == "*"
            return onMiss(request, isServerWide ? .options(allowed: allMethods) : .notFound, responder)
        }
        let method = request.method == "HEAD" ? "GET" : request.method
        if let found = route.handlers.first(where: { $0.method == method }) {
            found.handler(request, parameter, body, responder)
        } else if method == "OPTIONS" {
            onMiss(request, .options(allowed: route.allowed), responder)
        } else {
            onMiss(request, .methodNotAllowed(allowed: route.allowed), responder)
        }
    }
}

extension Router {
    private var allMethods: String {
        let routes = plain.values + withParameter
        let methods = Set(routes.flatMap { $0.handlers.map(\.method) })
        return methods.union(methods.contains("GET") ? ["HEAD", "OPTIONS"] : ["OPTIONS"]).sorted().joined(
            separator: ", ")
    }

    private func route(_ path: String) -> (Route, Parameter?)? {
        if let route = plain[path] { return (route, nil) }
        guard !withParameter.isEmpty else { return nil }
        let segments = Self.segments(path)
        for route in withParameter where route.segments.count == segments.count {
            guard let index = route.parameter, !segments[index].isEmpty,
                segments.indices.allSatisfy({ $0 == index || segments[$0] == route.segments[$0] }),
                let parameter = Self.decoded(segments[index])
            else { continue }
            return (route, parameter)
        }
        return nil
    }

    private static func segments(_ path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }

    /// RFC 3986 §2.1; nil where the bytes are no UTF-8.
    private static func decoded(_ segment: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(segment.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, let high = rest[rest.startIndex].hexadecimalValue,
                let low = rest[rest.startIndex + 1].hexadecimalValue
            {
                bytes.append(UInt8(high << 4 | low))
                rest.removeFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
