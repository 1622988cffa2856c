/// Finds what a request asks for by its method and path.
///
/// HEAD goes where GET goes (RFC 9110 §9.3.2: the transport leaves out the body), OPTIONS is answered with what is
/// allowed, a wrong method with 405 and `Allow` (§15.5.6), an unknown path with 404.
public struct Router<Endpoint: Sendable>: Sendable {
    /// What was found in the path at a pattern's parameter, percent-decoded.
    public typealias Parameter = String

    public enum Match: Sendable {
        case found(Endpoint, Parameter?)
        case notFound
        case methodNotAllowed(allowed: [String])
        case options(allowed: [String])
    }

    private struct Route {
        var segments: [Substring]
        /// Where the parameter stands among the segments.
        var parameter: Int?
        var endpoints: [(method: String, endpoint: Endpoint)] = []

        var allowed: [String] { Router.allowed(endpoints.map(\.method)) }
    }

    private var plain: [String: Route] = [:]
    private var withParameter: [Route] = []

    public init() {}

    /// Adds an endpoint.
    ///
    /// - Parameter pattern: a path; one segment of it may be `{name}`, which stands for any one that is not empty.
    public mutating func add(_ method: String, _ pattern: String, _ endpoint: Endpoint) {
        let segments = Self.segments(pattern)
        let parameter = segments.firstIndex { $0.hasPrefix("{") && $0.hasSuffix("}") }
        guard parameter != nil else {
            plain[pattern, default: Route(segments: segments)].endpoints.append((method, endpoint))
            return
        }
        if let index = withParameter.firstIndex(where: { $0.segments == segments }) {
            withParameter[index].endpoints.append((method, endpoint))
        } else {
            withParameter.append(Route(segments: segments, parameter: parameter, endpoints: [(method, endpoint)]))
        }
    }

    public func match(_ method: String, _ path: String) -> Match {
        guard let (route, parameter) = route(path) else {
            return method == "OPTIONS" && path == "*" ? .options(allowed: allMethods) : .notFound
        }
        let wanted = method == "HEAD" ? "GET" : method
        if let found = route.endpoints.first(where: { $0.method == wanted }) {
            return .found(found.endpoint, parameter)
        }
        return method == "OPTIONS" ? .options(allowed: route.allowed) : .methodNotAllowed(allowed: route.allowed)
    }
}

extension Router {
    private var allMethods: [String] {
        Self.allowed((plain.values + withParameter).flatMap { $0.endpoints.map(\.method) })
    }

    private static func allowed(_ methods: [String]) -> [String] {
        Set(methods).union(methods.contains("GET") ? ["HEAD", "OPTIONS"] : ["OPTIONS"]).sorted()
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
