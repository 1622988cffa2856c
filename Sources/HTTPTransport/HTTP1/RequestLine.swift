/// RFC 9112 §3: `method SP request-target SP HTTP-version`.
struct RequestLine: Sendable {
    var method = ""
    var path = ""
    var query: String?
    /// The authority of an absolute target (RFC 9112 §3.2.2), which then stands in for `Host`.
    var authority: String?
    var version = Request.Version.http11

    init() {}

    init(_ bytes: Span<UInt8>, _ limits: RequestLimits) throws(TransportFault) {
        guard let first = Self.space(in: bytes, from: 0), let second = Self.space(in: bytes, from: first + 1) else {
            throw .malformed(.badRequestLine)
        }
        let target = first + 1..<second
        guard first <= RequestLimits.longestMethod else { throw .unsupportedMethod }
        guard target.count <= limits.target else { throw .targetTooLong(limit: limits.target) }
        guard first > 0, (0..<first).allSatisfy({ bytes[$0].isTokenCharacter }) else { throw .malformed(.badMethod) }
        version = try Self.version(bytes.extracting(second + 1..<bytes.count))
        method = bytes.string(0..<first)
        // RFC 9110 §9.3.6: CONNECT asks for a tunnel, and its target has a form of its own.
        guard method != "CONNECT" else { throw .unsupportedMethod }
        try readTarget(bytes.extracting(target))
    }

    /// The target as HTTP/2's `:path` has it: origin form, or the asterisk of OPTIONS (RFC 9113 §8.3.1).
    init(http2Method method: String, target: Span<UInt8>) throws(TransportFault) {
        self.method = method
        guard !target.isEmpty, target[0] == UInt8(ascii: "/") || target[0] == UInt8(ascii: "*") else {
            throw .malformed(.badTarget)
        }
        try readTarget(target)
    }

    /// A line past the limit is one with a long method, else one with a long target (RFC 9112 §3).
    static func fault(ofLongLine line: Span<UInt8>, _ limits: RequestLimits) -> TransportFault {
        let method = line.extracting(first: RequestLimits.longestMethod + 1)
        return space(in: method, from: 0) == nil ? .unsupportedMethod : .targetTooLong(limit: limits.target)
    }

    private static func space(in bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            if bytes[index] == 0x20 { return index }
            index += 1
        }
        return nil
    }

    /// RFC 9112 §2.3. A higher minor version is answered as 1.1 (RFC 9110 §2.5).
    private static func version(_ bytes: Span<UInt8>) throws(TransportFault) -> Request.Version {
        let name: StaticString = "HTTP/"
        let isNamed =
            bytes.count == 8 && name.withUTF8Buffer { name in name.indices.allSatisfy { bytes[$0] == name[$0] } }
        guard isNamed, bytes[5].isDigit, bytes[6] == UInt8(ascii: "."), bytes[7].isDigit else {
            throw .malformed(.badVersion)
        }
        guard bytes[5] == UInt8(ascii: "1") else { throw .unsupportedVersion }
        return bytes[7] == UInt8(ascii: "0") ? .http10 : .http11
    }
}

extension RequestLine {
    /// RFC 9112 §3.2: origin form, absolute form, or the asterisk of OPTIONS.
    private mutating func readTarget(_ target: Span<UInt8>) throws(TransportFault) {
        guard !target.isEmpty, Self.isValid(target) else { throw .malformed(.badTarget) }
        if target[0] == UInt8(ascii: "/") {
            split(target, from: 0)
        } else if method == "OPTIONS", target.equalsIgnoringCase("*") {
            path = "*"
        } else {
            try readAbsolute(target)
        }
    }

    private static func isValid(_ target: Span<UInt8>) -> Bool {
        var index = 0
        while index < target.count {
            guard target[index].isTargetCharacter else { return false }
            if target[index] == UInt8(ascii: "%") {
                // RFC 3986 §2.1: two hexadecimal digits follow.
                guard index + 2 < target.count, target[index + 1].hexadecimalValue != nil,
                    target[index + 2].hexadecimalValue != nil
                else { return false }
            }
            index += 1
        }
        return true
    }

    /// RFC 9112 §3.2.2: `http://host[:port]/path?query`; RFC 9110 §4.2.1 refuses an empty host.
    private mutating func readAbsolute(_ target: Span<UInt8>) throws(TransportFault) {
        var start: Int
        if target.count > 7, target.extracting(0..<7).equalsIgnoringCase("http://") {
            start = 7
        } else if target.count > 8, target.extracting(0..<8).equalsIgnoringCase("https://") {
            start = 8
        } else {
            throw .malformed(.badTarget)
        }
        let host = start
        while start < target.count, target[start] != UInt8(ascii: "/"), target[start] != UInt8(ascii: "?") {
            start += 1
        }
        let authority = target.extracting(host..<start)
        guard Authority.isValid(authority), !authority.isEmpty, authority[0] != UInt8(ascii: ":") else {
            throw .malformed(.badHost)
        }
        self.authority = target.string(host..<start)
        split(target, from: start)
        // RFC 9112 §3.2.4: OPTIONS for an absolute target without a path asks about the server as a whole.
        if path.isEmpty { path = method == "OPTIONS" && query == nil ? "*" : "/" }
    }

    private mutating func split(_ target: Span<UInt8>, from start: Int) {
        var mark = start
        while mark < target.count, target[mark] != UInt8(ascii: "?") { mark += 1 }
        path = target.string(start..<mark)
        query = mark < target.count ? target.string(mark + 1..<target.count) : nil
    }
}
