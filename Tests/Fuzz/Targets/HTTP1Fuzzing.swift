@testable import HTTPTransport

/// Requests are read the same however their bytes are cut, within the limits, and a fault stays.
func fuzzHTTP1(_ bytes: [UInt8]) {
    let limits = RequestLimits(target: 60, fieldBytes: 300, fields: 6, body: 100)
    let read = sameInPieces(bytes) { HTTP1Transcript($0, limits) }
    for message in read.messages {
        demand(message.body.count <= limits.body && message.head.request.fields.count <= limits.fields)
        demand(message.head.request.path.hasPrefix("/") || message.head.request.path == "*")
        if message.isWhole, case .fixed(let length) = message.head.body { demand(message.body.count == length) }
    }
    if let fault = read.fault {
        demand((400...599).contains(fault.status))
        expectOneLine(fault)
    }
}

/// What a parser says of a connection's bytes, the pieces of bodies put together.
struct HTTP1Transcript: Equatable {
    struct Message: Equatable {
        let head: RequestHead
        var body: [UInt8] = []
        var isWhole = false
    }

    private(set) var messages: [Message] = []
    private(set) var fault: TransportFault?

    init(_ pieces: [ArraySlice<UInt8>], _ limits: RequestLimits) {
        var parser = RequestParser(limits: limits)
        var waiting: [UInt8] = []
        for piece in pieces where fault == nil {
            waiting += piece
            while let event = next(&parser, &waiting) { take(event) }
        }
        guard let fault else { return }
        _ = next(&parser, &waiting)
        demand(self.fault == fault, "after \(fault) comes \(String(describing: self.fault))")
    }

    private enum Event {
        case head(RequestHead)
        case body(ArraySlice<UInt8>)
        case end
    }

    private mutating func next(_ parser: inout RequestParser, _ waiting: inout [UInt8]) -> Event? {
        var consumed = 0
        do throws(TransportFault) {
            let found = try parser.next(waiting.span, consumed: &consumed)
            defer { waiting.removeFirst(consumed) }
            return switch found {
            case .head(let head): .head(head)
            case .body(let range): .body(waiting[range])
            case .end: .end
            case nil: nil
            }
        } catch {
            fault = error
            return nil
        }
    }

    private mutating func take(_ event: Event) {
        switch event {
        case .head(let head): messages.append(Message(head: head))
        case .body(let bytes): messages[messages.count - 1].body += bytes
        case .end: messages[messages.count - 1].isWhole = true
        }
    }
}
