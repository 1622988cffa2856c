import TestSupport
import Testing

@testable import HTTPTransport

/// What a parser said of some bytes, the body's pieces put together.
struct ParsedMessages: Equatable {
    struct Message: Equatable {
        var head: RequestHead
        var body: [UInt8] = []
        var isWhole = false
    }

    var messages: [Message] = []
    var fault: TransportFault?

    /// Feeds `pieces` one after the other, as a connection would.
    init(parsing pieces: [ArraySlice<UInt8>], limits: RequestLimits) {
        var parser = RequestParser(limits: limits)
        var waiting: [UInt8] = []
        do throws(TransportFault) {
            for piece in pieces {
                waiting += piece
                try take(&parser, &waiting)
            }
        } catch {
            fault = error
        }
    }

    private mutating func take(_ parser: inout RequestParser, _ waiting: inout [UInt8]) throws(TransportFault) {
        while true {
            var consumed = 0
            let event = try parser.next(waiting.span, consumed: &consumed)
            switch event {
            case .head(let head): messages.append(Message(head: head))
            case .body(let range): messages[messages.count - 1].body += waiting[range]
            case .end: messages[messages.count - 1].isWhole = true
            case nil:
                waiting.removeFirst(consumed)
                return
            }
            waiting.removeFirst(consumed)
        }
    }
}

/// Parses `bytes` whole, byte by byte and in random pieces, and demands the same of each.
func parse(
    _ bytes: some Collection<UInt8>, limits: RequestLimits = RequestLimits(), seed: UInt64 = 1,
    _ location: SourceLocation = #_sourceLocation
) -> ParsedMessages {
    let bytes = Array(bytes)
    let whole = ParsedMessages(parsing: [bytes[...]], limits: limits)
    let single = ParsedMessages(parsing: bytes.indices.map { bytes[$0...$0] }, limits: limits)
    #expect(single == whole, "byte by byte", sourceLocation: location)
    var random = SplitMix64(seed: seed)
    for round in 0..<8 {
        let pieces = cut(bytes, upTo: [2, 7, 40, 1000][round % 4], &random)
        let parsed = ParsedMessages(parsing: pieces, limits: limits)
        #expect(parsed == whole, "in pieces, seed \(seed), round \(round)", sourceLocation: location)
    }
    return whole
}

func parse(
    _ text: String, limits: RequestLimits = RequestLimits(), _ location: SourceLocation = #_sourceLocation
) -> ParsedMessages {
    parse(text.utf8, limits: limits, location)
}

private func cut(_ bytes: [UInt8], upTo longest: Int, _ random: inout SplitMix64) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var start = 0
    while start < bytes.count {
        let end = min(bytes.count, start + Int.random(in: 1...longest, using: &random))
        pieces.append(bytes[start..<end])
        start = end
    }
    return pieces
}
