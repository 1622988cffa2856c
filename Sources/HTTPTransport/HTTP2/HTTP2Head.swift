/// A request's head as HTTP/2 brings it, field by field (RFC 9113 §8.3).
///
/// nghttp2 has checked by then that the pseudo-fields are there once and first, and that names and values are such.
struct HTTP2Head {
    private(set) var fields = Fields()
    private var method = ""
    private var path: [UInt8] = []
    private var authority: [UInt8]?
    private var contentLength: Int?
    private var hasContentLength = false
    private(set) var expectsContinue = false
    private var fieldBytes = 0
    private var fault: TransportFault?
    /// Whether what still comes of the head is not looked at.
    private var isGivenUp = false

    /// The body's length where it was told.
    var bodyLength: Int? { contentLength }

    mutating func add(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, _ limits: RequestLimits)
    {
        guard !isGivenUp else { return }
        do throws(TransportFault) {
            if name.first == UInt8(ascii: ":") {
                try addPseudo(name.span, value, limits)
            } else {
                try addField(name.span, value.span, limits)
            }
        } catch {
            fault = error
            isGivenUp = true
        }
    }

    private mutating func addPseudo(
        _ name: Span<UInt8>, _ value: UnsafeBufferPointer<UInt8>, _ limits: RequestLimits
    ) throws(TransportFault) {
        if name.equalsIgnoringCase(":method") {
            guard value.count <= RequestLimits.longestMethod else { throw .unsupportedMethod }
            method = String(decoding: value, as: UTF8.self)
        } else if name.equalsIgnoringCase(":path") {
            guard value.count <= limits.target else { throw .targetTooLong(limit: limits.target) }
            path = Array(value)
        } else if name.equalsIgnoringCase(":authority") {
            authority = Array(value)
        }
    }

    private mutating func addField(
        _ name: Span<UInt8>, _ value: Span<UInt8>, _ limits: RequestLimits
    ) throws(TransportFault) {
        if fields.isEmpty { fields.reserve() }
        // As much as the line would have in HTTP/1.1.
        fieldBytes += name.count + value.count + 4
        guard fieldBytes <= limits.fieldBytes else { throw .fieldsTooLarge(limit: limits.fieldBytes) }
        guard fields.count < limits.fields else { throw .tooManyFields(limit: limits.fields) }
        for index in value.indices where !value[index].isFieldValueCharacter { throw .malformed(.badFieldValue) }
        fields.append(checkedName: name, value: value)
        if name.equalsIgnoringCase("content-length") { fault = fault ?? readLength(value, limits) }
        if name.equalsIgnoringCase("expect") {
            expectsContinue = value.equalsIgnoringCase("100-continue")
            if !expectsContinue { fault = fault ?? .unsupportedExpectation }
        }
    }

    /// What is wrong with the length; whoever answers that may need the fields that follow.
    private mutating func readLength(_ value: Span<UInt8>, _ limits: RequestLimits) -> TransportFault? {
        guard !hasContentLength else { return .malformed(.repeatedContentLength) }
        hasContentLength = true
        contentLength = Int(value.string(0..<value.count))
        guard let length = contentLength, length <= limits.body else {
            return .bodyTooLarge(limit: limits.body, actual: contentLength)
        }
        return nil
    }

    /// The request, once all fields are there.
    ///
    /// - Parameter hasBody: whether the client's side goes on after the head.
    mutating func finish(hasBody: Bool) throws(TransportFault) -> Request {
        if let fault { throw fault }
        guard method != "CONNECT" else { throw .unsupportedMethod }
        let target = try RequestLine(http2Method: method, target: path.span)
        let host = try checkHost()
        if !hasBody { contentLength = 0 }
        return request(target, host)
    }

    /// What is known of the request, also where a fault was found in its head; nil where that is not even its target.
    var request: Request? {
        guard !method.isEmpty, let target = try? RequestLine(http2Method: method, target: path.span) else { return nil }
        return request(target, authority.map { String(decoding: $0, as: UTF8.self) } ?? fields["host"] ?? "")
    }

    private func request(_ target: RequestLine, _ host: String) -> Request {
        Request(
            method: method, path: target.path, query: target.query, authority: host, version: .http2, fields: fields)
    }

    /// RFC 9113 §8.3.1: `host` must not contradict `:authority`.
    private func checkHost() throws(TransportFault) -> String {
        let hosts = fields.values(of: "host")
        guard hosts.count <= 1 else { throw .malformed(.repeatedHost) }
        guard let authority = authority ?? hosts.first.map({ Array($0.utf8) }) else { throw .malformed(.missingHost) }
        guard Authority.isValid(authority.span) else { throw .malformed(.badHost) }
        let text = String(decoding: authority, as: UTF8.self)
        guard hosts.allSatisfy({ $0.lowercased() == text.lowercased() }) else { throw .malformed(.badHost) }
        return text
    }
}
