/// Finds the number of what a request asks for by its method and path.
///
/// It is not generic, so that it is as fast for a caller in another module as in this one.
@usableFromInline
struct RouteTable: Sendable {
    private struct Route {
        var segments: [Substring]
        /// Where the parameter stands among the segments.
        var parameter: Int?
        var targets: [(method: String, number: Int)] = []

        var allowed: [String] { RouteTable.allowed(targets.map(\.method)) }
    }

    private var plain: [String: Route] = [:]
    private var withParameter: [Route] = []

    mutating func add(_ method: String, _ pattern: String, _ number: Int) {
        let segments = Self.segments(pattern)
        let parameter = segments.firstIndex { $0.hasPrefix("{") && $0.hasSuffix("}") }
        guard parameter != nil else {
            plain[pattern, default: Route(segments: segments)].targets.append((method, number))
            return
        }
        if let index = withParameter.firstIndex(where: { $0.segments == segments }) {
            withParameter[index].targets.append((method, number))
        } else {
            withParameter.append(Route(segments: segments, parameter: parameter, targets: [(method, number)]))
        }
    }

    @usableFromInline
    func match(_ method: String, _ path: String) -> RouteMatch<Int> {
        guard let (route, parameter) = route(path) else {
            return method == "OPTIONS" && path == "*" ? .options(allowed: allMethods) : .notFound
        }
        let wanted = method == "HEAD" ? "GET" : method
        if let found = route.targets.first(where: { $0.method == wanted }) {
            return .found(found.number, parameter: parameter)
        }
        return method == "OPTIONS" ? .options(allowed: route.allowed) : .methodNotAllowed(allowed: route.allowed)
    }
}

extension RouteTable {
    private var allMethods: [String] {
        Self.allowed((plain.values + withParameter).flatMap { $0.targets.map(\.method) })
    }

    private static func allowed(_ methods: [String]) -> [String] {
        Set(methods).union(methods.contains("GET") ? ["HEAD", "OPTIONS"] : ["OPTIONS"]).sorted()
    }

    private func route(_ path: String) -> (Route, String?)? {
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
