extension Request {
    init(_ line: RequestLine, _ fields: Fields) {
        self.init(
            method: line.method, path: line.path, query: line.query,
            authority: line.authority ?? fields["host"] ?? "", version: line.version, fields: fields)
    }
}

extension RequestHead {
    /// Puts line and fields together and decides where the message ends (RFC 9112 §6).
    init(_ line: RequestLine, _ block: borrowing FieldBlock, _ limits: RequestLimits) throws(TransportFault) {
        try Self.checkHost(line, block)
        body = try Self.body(line, block, limits)
        request = Request(line, block.fields)
        // RFC 9112 §9.3: 1.1 persists unless told otherwise, 1.0 only when asked to.
        keepsAlive = !block.asksToClose && (line.version == .http11 || block.asksToKeepAlive)
        // RFC 9110 §10.1.1: the expectation of a 1.0 client is ignored.
        guard line.version == .http11 else {
            expectsContinue = false
            return
        }
        guard block.expectation != .other else { throw .unsupportedExpectation }
        expectsContinue = block.expectation == .proceed && body != .none
    }

    /// RFC 9112 §3.2: exactly one valid Host in 1.1, at most one in 1.0.
    private static func checkHost(_ line: RequestLine, _ block: borrowing FieldBlock) throws(TransportFault) {
        guard block.hosts <= 1 else { throw .malformed(.repeatedHost) }
        guard block.hosts == 1 || line.version == .http10 else { throw .malformed(.missingHost) }
        guard block.isHostValid else { throw .malformed(.badHost) }
    }

    /// RFC 9112 §6.3, without the leniency of its points 3 and 5: what two readers may frame differently is refused.
    private static func body(
        _ line: RequestLine, _ block: borrowing FieldBlock, _ limits: RequestLimits
    ) throws(TransportFault) -> Body {
        if block.transferEncodings > 0 {
            guard block.contentLengths == 0 else { throw .malformed(.lengthAndEncoding) }
            // RFC 9112 §6.1: such framing is faulty even where it would be understood.
            guard line.version == .http11 else { throw .malformed(.encodingInOldVersion) }
            guard block.transferEncodings == 1, block.isChunked else { throw .malformed(.badTransferEncoding) }
            return .chunked
        }
        guard block.contentLengths > 0 else { return .none }
        guard block.contentLengths == 1 else { throw .malformed(.repeatedContentLength) }
        guard let length = block.contentLength, length <= limits.body else {
            throw .bodyTooLarge(limit: limits.body, actual: block.contentLength)
        }
        return length == 0 ? .none : .fixed(length)
    }
}
