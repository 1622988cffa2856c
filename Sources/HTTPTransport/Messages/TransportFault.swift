/// Why a request was refused before any handler saw it, or given up on its way. Each description is one line.
public enum TransportFault: Error, Hashable, Sendable {
    /// The bytes are no HTTP, or HTTP that two readers could take for two requests.
    case malformed(Malformation)
    case targetTooLong(limit: Int)
    case fieldsTooLarge(limit: Int)
    case tooManyFields(limit: Int)
    /// `actual` is what the client declared, where it did.
    case bodyTooLarge(limit: Int, actual: Int?)
    case unsupportedExpectation
    case unsupportedMethod
    case unsupportedVersion
    /// The header block or the body came too slowly.
    case tooSlow(seconds: Int)
    /// The handler let go of its responder without an answer.
    case unanswered

    public var status: Int {
        switch self {
        case .malformed: 400
        case .tooSlow: 408
        case .bodyTooLarge: 413
        case .targetTooLong: 414
        case .unsupportedExpectation: 417
        case .fieldsTooLarge, .tooManyFields: 431
        case .unanswered: 500
        case .unsupportedMethod: 501
        case .unsupportedVersion: 505
        }
    }

    /// The number that was broken, where there is one.
    public var limit: Int? {
        switch self {
        case .targetTooLong(let limit), .fieldsTooLarge(let limit), .tooManyFields(let limit): limit
        case .bodyTooLarge(let limit, _): limit
        case .tooSlow(let seconds): seconds
        default: nil
        }
    }
}

extension TransportFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed(let malformation):
            "the request is malformed: \(malformation.rawValue); send what RFC 9112 describes"
        case .targetTooLong(let limit):
            "the request target is longer than \(limit) bytes; move what is long into the body"
        case .fieldsTooLarge(let limit):
            "the header block is larger than \(limit) bytes; send fewer or shorter fields"
        case .tooManyFields(let limit):
            "the header block has more than \(limit) fields; send fewer"
        case .bodyTooLarge(let limit, let actual):
            "the body\(actual.map { " of \($0) bytes" } ?? "") is larger than \(limit) bytes; send a smaller one"
        case .unsupportedExpectation:
            "the only expectation that is met is 100-continue; leave out the Expect field"
        case .unsupportedMethod:
            "the method is not implemented; use GET, HEAD, POST, DELETE or OPTIONS"
        case .unsupportedVersion:
            "the version is not supported here; use HTTP/1.1, or HTTP/2 from its connection preface on"
        case .tooSlow(let seconds):
            "the request did not come in time (\(seconds) s); send it faster"
        case .unanswered:
            "the request was not answered; try again"
        }
    }
}

/// What makes a request malformed; the raw value says it to the client.
public enum Malformation: String, Sendable, CaseIterable {
    case bareLineFeed = "a line does not end in CRLF"
    case badRequestLine = "the request line is not a method, a target and a version with one space between"
    case badMethod = "the method is not a token"
    case badTarget = "the request target has a character or form that no URI has"
    case badVersion = "the version is not HTTP/ and two digits"
    case foldedLine = "a field line begins with a blank"
    case badFieldName = "a field name is not a token right before its colon"
    case badFieldValue = "a field value holds a control character"
    case missingHost = "there is no Host field"
    case repeatedHost = "there is more than one Host field"
    case badHost = "the Host field or the target's authority names no host"
    case badContentLength = "Content-Length is not a number"
    case repeatedContentLength = "there is more than one Content-Length"
    case lengthAndEncoding = "Content-Length stands beside Transfer-Encoding"
    case badTransferEncoding = "Transfer-Encoding is not one chunked"
    case encodingInOldVersion = "Transfer-Encoding stands in an HTTP/1.0 request"
    case badChunkSize = "a chunk size is not a hexadecimal number"
    case badChunkExtension = "a chunk extension is malformed or too long"
    case badChunkEnd = "a chunk's data does not end in CRLF"
    case truncated = "the connection ended within the request"
}
