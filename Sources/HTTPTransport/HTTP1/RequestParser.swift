import Glibc

/// Reads HTTP/1.1 requests (RFC 9112) from the bytes of one connection, strictly, without doing any I/O.
///
/// ``next(_:consumed:)`` is given all bytes that were not consumed yet. What it returns does not depend on how the bytes
/// were cut into pieces, but for where one ``Event/body(_:)`` ends and the next begins: lines are judged whole, their
/// length before their content.
struct RequestParser: ~Copyable, Sendable {
    enum Event: Equatable, Sendable {
        case head(RequestHead)
        /// A piece of the body: this range of the input.
        case body(Range<Int>)
        /// The message is over; the next call reads another one.
        case end
    }

    enum State: Equatable {
        case requestLine(emptyLines: Int)
        case fieldLines
        case fixedBody(remaining: Int)
        case chunkSize
        case chunkData(remaining: Int)
        case chunkEnd
        case trailerLines
        case end
        case failed(TransportFault)
    }

    let limits: RequestLimits
    private(set) var state = State.requestLine(emptyLines: 0)
    /// How much of the line that is coming has been searched for its end.
    private var searched = 0
    private var line = RequestLine()
    private var fields = FieldBlock()
    private var chunked = ChunkedBody()

    init(limits: RequestLimits = RequestLimits()) {
        self.limits = limits
    }

    /// Whether no byte of a request has been read since the last one ended.
    var isBetweenRequests: Bool { state == .requestLine(emptyLines: 0) }

    /// What is known of the request whose head is being read; nil before its first line is.
    var unfinished: Request? {
        line.method.isEmpty ? nil : Request(line, fields.fields)
    }

    /// False where the message surely needs more than `count` further bytes.
    func canEnd(within count: Int) -> Bool {
        if case .fixedBody(let remaining) = state { remaining <= count } else { true }
    }

    /// The next event, or nil when more bytes are needed.
    ///
    /// - Parameters:
    ///   - input: the bytes that no earlier call consumed, and any new ones after them.
    ///   - consumed: how many of them are done with, also when nil is returned.
    /// - Throws: the fault that ends the connection; every later call throws it again.
    mutating func next(_ input: Span<UInt8>, consumed: inout Int) throws(TransportFault) -> Event? {
        consumed = 0
        do {
            while true {
                switch try step(input, &consumed) {
                case .event(let event): return event
                case .more: return nil
                case .again: continue
                }
            }
        } catch {
            state = .failed(error)
            throw error
        }
    }

    private enum Step {
        case event(Event)
        case more
        case again
    }

    private mutating func step(_ input: Span<UInt8>, _ position: inout Int) throws(TransportFault) -> Step {
        switch state {
        case .requestLine(let emptyLines):
            let longest = RequestLimits.longestMethod + limits.target + " ".utf8.count * 2 + "HTTP/1.1".utf8.count
            let limits = limits
            let line = try takeLine(input, &position, longest) { RequestLine.fault(ofLongLine: $0, limits) }
            guard let range = line else { return .more }
            try readRequestLine(input.extracting(range), emptyLines)
            return .again
        case .fieldLines:
            guard let range = try takeFieldLine(input, &position) else { return .more }
            guard range.isEmpty else {
                try fields.read(input.extracting(range), limits)
                return .again
            }
            return .event(.head(try finishHead()))
        case .fixedBody, .chunkData:
            return bodyStep(input, &position)
        case .chunkSize:
            let line = try takeLine(input, &position, RequestLimits.chunkLine) { _ in .malformed(.badChunkExtension) }
            guard let range = line else { return .more }
            let size = try chunked.readSize(input.extracting(range), limits)
            if size == 0 { fields = FieldBlock() }
            state = size == 0 ? .trailerLines : .chunkData(remaining: size)
            return .again
        case .chunkEnd:
            let line = try takeLine(input, &position, 0) { _ in .malformed(.badChunkEnd) }
            guard line != nil else { return .more }
            state = .chunkSize
            return .again
        case .trailerLines:
            guard let range = try takeFieldLine(input, &position) else { return .more }
            // Trailers are checked like fields and dropped, as RFC 9110 §6.5.1 allows.
            if range.isEmpty { state = .end } else { try fields.read(input.extracting(range), limits) }
            return .again
        case .end:
            state = .requestLine(emptyLines: 0)
            return .event(.end)
        case .failed(let fault):
            throw fault
        }
    }

    private mutating func readRequestLine(_ bytes: Span<UInt8>, _ emptyLines: Int) throws(TransportFault) {
        guard !bytes.isEmpty else {
            // RFC 9112 §2.2: one empty line before a request is passed over.
            guard emptyLines == 0 else { throw .malformed(.badRequestLine) }
            state = .requestLine(emptyLines: 1)
            return
        }
        line = try RequestLine(bytes, limits)
        fields = FieldBlock()
        fields.fields.reserve()
        state = .fieldLines
    }

    private mutating func finishHead() throws(TransportFault) -> RequestHead {
        let head = try RequestHead(line, fields, limits)
        line = RequestLine()
        fields = FieldBlock()
        switch head.body {
        case .none: state = .end
        case .fixed(let length): state = .fixedBody(remaining: length)
        case .chunked:
            chunked = ChunkedBody()
            state = .chunkSize
        }
        return head
    }

    private mutating func bodyStep(_ input: Span<UInt8>, _ position: inout Int) -> Step {
        let start = position
        let available = input.count - start
        guard available > 0 else { return .more }
        switch state {
        case .fixedBody(let remaining):
            position += min(remaining, available)
            state = remaining <= available ? .end : .fixedBody(remaining: remaining - available)
        case .chunkData(let remaining):
            position += min(remaining, available)
            state = remaining <= available ? .chunkEnd : .chunkData(remaining: remaining - available)
        default:
            return .more
        }
        return .event(.body(start..<position))
    }
}

extension RequestParser {
    /// The next line of a field block, within what the block may still take.
    private mutating func takeFieldLine(
        _ input: Span<UInt8>, _ position: inout Int
    ) throws(TransportFault) -> Range<Int>? {
        let limit = limits.fieldBytes
        return try takeLine(input, &position, max(0, limit - fields.bytesRead - 2)) { _ in .fieldsTooLarge(limit: limit)
        }
    }

    /// The next whole line, without its CRLF, or nil while it is not there.
    ///
    /// A lone LF is refused where RFC 9112 §2.2 would allow it: readers that disagree on it can be made to disagree on
    /// where a request ends.
    private mutating func takeLine(
        _ input: Span<UInt8>, _ position: inout Int, _ longest: Int,
        or faultOfLongLine: (Span<UInt8>) -> TransportFault
    ) throws(TransportFault) -> Range<Int>? {
        let start = position
        let from = start + searched
        let found = input.withUnsafeBufferPointer { bytes -> Int? in
            guard let base = bytes.baseAddress, from < bytes.count,
                let end = memchr(base + from, 0x0A, bytes.count - from)
            else { return nil }
            return UnsafeRawPointer(end) - UnsafeRawPointer(base)
        }
        let end = found ?? input.count
        // One more than the longest line: its CR.
        guard end - start <= longest + 1 else { throw faultOfLongLine(input.extracting(start..<end)) }
        guard found != nil else {
            searched = end - start
            return nil
        }
        guard end > start, input[end - 1] == 0x0D else { throw .malformed(.bareLineFeed) }
        searched = 0
        position = end + 1
        return start..<end - 1
    }
}
