import CCurl

/// One GET over libcurl, without redirects; proxies come from the environment.
struct HTTPGet {
    /// How it ended, with libcurl's words.
    enum Ending: Equatable {
        case whole
        case cut(String)
        case unreachable(String)
        case untrusted(String)
        case failed(String)
    }

    struct Answer {
        let ending: Ending
        let head: AnswerHead
        /// Where the answer sends on to, as a whole URL.
        let redirect: String?
    }

    let url: String
    /// As "Name: value".
    let fields: [String]
    /// A PEM file of the authorities to trust; nil for the system's.
    let authorities: String?

    /// - Parameters:
    ///   - take: given each piece of the body with the head before it.
    ///   - check: asked again and again whether to go on.
    /// - Throws: what `take` or `check` throw, which ends the transfer.
    func run(
        take: @escaping (UnsafeRawBufferPointer, AnswerHead) throws -> Void, check: @escaping () throws -> Void
    ) throws -> Answer {
        let events = TransferEvents(take: take, check: check)
        var message = [CChar](repeating: 0, count: Int(ccurl_message_bytes))
        var redirect: UnsafeMutablePointer<CChar>?
        defer { ccurl_free(redirect) }
        let result = perform(events, &message, &redirect)
        if let error = events.error { throw error }
        let words = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return Answer(
            ending: Ending(result, words), head: events.head, redirect: redirect.map { String(cString: $0) })
    }

    private func perform(
        _ events: TransferEvents, _ message: inout [CChar], _ redirect: inout UnsafeMutablePointer<CChar>?
    ) -> ccurl_result {
        var handlers = ccurl_events(
            user: Unmanaged.passUnretained(events).toOpaque(),
            line: { user, bytes, count in
                TransferEvents.of(user) { $0.take(line: UnsafeRawBufferPointer(start: bytes, count: count)) }
            },
            body: { user, bytes, count in
                TransferEvents.of(user) { try $0.take(body: UnsafeRawBufferPointer(start: bytes, count: count)) }
            },
            tick: { user in TransferEvents.of(user) { try $0.check() } })
        return withExtendedLifetime(events) {
            withCStrings(fields) { fields in
                url.withCString { url in
                    withOptionalCString(authorities) { authorities in
                        var request = ccurl_request(
                            url: url, fields: fields.baseAddress, field_count: fields.count, authorities: authorities,
                            connect_seconds: 30, stall_seconds: 60)
                        return ccurl_get(&request, &handlers, &message, &redirect)
                    }
                }
            }
        }
    }
}

extension HTTPGet.Ending {
    fileprivate init(_ result: ccurl_result, _ words: String) {
        switch result {
        case CCURL_WHOLE: self = .whole
        case CCURL_CUT: self = .cut(words)
        case CCURL_UNREACHABLE: self = .unreachable(words)
        case CCURL_UNTRUSTED: self = .untrusted(words)
        default: self = .failed(words)
        }
    }
}

/// What a transfer has told so far.
private final class TransferEvents {
    private(set) var head = AnswerHead()
    private(set) var error: (any Error)?
    private let sink: (UnsafeRawBufferPointer, AnswerHead) throws -> Void
    let check: () throws -> Void

    init(
        take: @escaping (UnsafeRawBufferPointer, AnswerHead) throws -> Void, check: @escaping () throws -> Void
    ) {
        (sink, self.check) = (take, check)
    }

    func take(line: UnsafeRawBufferPointer) { head.take(String(decoding: line, as: UTF8.self)) }

    func take(body: UnsafeRawBufferPointer) throws { try sink(body, head) }

    /// Runs `body` on the object that libcurl carries for us; what it throws is kept and stops the transfer.
    static func of(_ user: UnsafeMutableRawPointer?, _ body: (TransferEvents) throws -> Void) -> Int32 {
        guard let user else { return 0 }
        let events = Unmanaged<TransferEvents>.fromOpaque(user).takeUnretainedValue()
        do {
            try body(events)
            return 1
        } catch {
            events.error = error
            return 0
        }
    }
}

private func withOptionalCString<R>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> R) -> R {
    guard let text else { return body(nil) }
    return text.withCString { body($0) }
}

private func withCStrings<R>(_ texts: [String], _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> R) -> R {
    func next(_ rest: ArraySlice<String>, _ pointers: [UnsafePointer<CChar>?]) -> R {
        guard let first = rest.first else { return pointers.withUnsafeBufferPointer(body) }
        return first.withCString { next(rest.dropFirst(), pointers + [$0]) }
    }
    return next(texts[...], [])
}
