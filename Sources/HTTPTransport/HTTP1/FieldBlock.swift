/// The field lines of one head or trailer section, and what they say about framing.
struct FieldBlock: Sendable {
    var fields = Fields()
    private(set) var bytesRead = 0
    private(set) var hosts = 0
    private(set) var contentLengths = 0
    private(set) var transferEncodings = 0
    /// Nil where Content-Length is absent or its number does not fit.
    private(set) var contentLength: Int?
    private(set) var isChunked = false
    private(set) var isHostValid = true
    private(set) var asksToClose = false
    private(set) var asksToKeepAlive = false
    private(set) var expectation = Expectation.none

    enum Expectation: Sendable {
        case none
        case proceed
        case other
    }

    /// RFC 9112 §5: `field-name ":" OWS field-value OWS`.
    mutating func read(_ line: Span<UInt8>, _ limits: RequestLimits) throws(TransportFault) {
        bytesRead += line.count + 2
        guard fields.count < limits.fields else { throw .tooManyFields(limit: limits.fields) }
        // RFC 9112 §5.2: a folded line is refused.
        guard !line[0].isBlank else { throw .malformed(.foldedLine) }
        var colon = 0
        // RFC 9112 §5.1: nothing stands between the name and its colon.
        while colon < line.count, line[colon].isTokenCharacter { colon += 1 }
        guard colon > 0, colon < line.count, line[colon] == UInt8(ascii: ":") else { throw .malformed(.badFieldName) }
        let range = line.trimmed(colon + 1..<line.count)
        for index in range where !line[index].isFieldValueCharacter { throw .malformed(.badFieldValue) }
        let name = line.extracting(0..<colon)
        let value = line.extracting(range)
        fields.append(checkedName: name, value: value)
        try note(name, value)
    }

    private mutating func note(_ name: Span<UInt8>, _ value: Span<UInt8>) throws(TransportFault) {
        switch name.count {
        case 4 where name.equalsIgnoringCase("host"):
            hosts += 1
            isHostValid = isHostValid && Authority.isValid(value)
        case 6 where name.equalsIgnoringCase("expect"):
            // RFC 9110 §10.1.1: repeated or listed, it is more than the one expectation that is known.
            let isFirst = expectation == .none
            expectation = isFirst && value.equalsIgnoringCase("100-continue") ? .proceed : .other
        case 10 where name.equalsIgnoringCase("connection"):
            noteConnection(value)
        case 14 where name.equalsIgnoringCase("content-length"):
            contentLengths += 1
            try noteLength(value)
        case 17 where name.equalsIgnoringCase("transfer-encoding"):
            transferEncodings += 1
            isChunked = value.equalsIgnoringCase("chunked")
        default:
            break
        }
    }

    /// RFC 9110 §8.6: digits and nothing else.
    private mutating func noteLength(_ value: Span<UInt8>) throws(TransportFault) {
        guard !value.isEmpty, value.indices.allSatisfy({ value[$0].isDigit }) else {
            throw .malformed(.badContentLength)
        }
        var length: Int? = 0
        for index in value.indices {
            let (tens, isTooLarge) = (length ?? Int.max).multipliedReportingOverflow(by: 10)
            let (sum, overflows) = tens.addingReportingOverflow(Int(value[index] - 48))
            length = isTooLarge || overflows ? nil : sum
        }
        contentLength = length
    }

    /// RFC 9110 §7.6.1: a list of tokens.
    private mutating func noteConnection(_ value: Span<UInt8>) {
        var start = 0
        for index in 0...value.count where index == value.count || value[index] == UInt8(ascii: ",") {
            let option = value.extracting(value.trimmed(start..<index))
            if option.equalsIgnoringCase("close") { asksToClose = true }
            if option.equalsIgnoringCase("keep-alive") { asksToKeepAlive = true }
            start = index + 1
        }
    }
}
