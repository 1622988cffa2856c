/// A connection on which no protocol is known yet: HTTP/2 begins with its preface (RFC 9113 §3.4), all else is HTTP/1.1.
final class FirstBytes: ConnectionSession {
    private let connection: Connection
    private let deadline: Instant

    init(_ connection: Connection) {
        self.connection = connection
        deadline = connection.loop.now + connection.server.limits.headerTime
    }

    func inputArrived() {
        guard let isHTTP2 else { return }
        let connection = connection
        let http2 = isHTTP2 ? HTTP2Session(connection, deadline: deadline) : nil
        connection.session = http2 ?? HTTP1Session(connection, deadline: deadline)
        connection.session?.inputArrived()
    }

    /// Nil while the bytes could still become the preface. Over TLS, ALPN has decided (RFC 9113 §3.2).
    private var isHTTP2: Bool? {
        if let tls = connection.tls { return tls.isHTTP2 }
        let input = connection.input.bytes[connection.input.start...]
        guard input.starts(with: Self.preface.prefix(input.count)) else { return false }
        return input.count >= Self.preface.count ? true : nil
    }

    private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    func inputEnded() { connection.close() }
    func outputDrained() {}
    func connectionLost() {}

    func checkDeadlines(now: Instant) {
        guard now >= deadline else { return }
        connection.server.counters.timeouts.count()
        connection.close()
    }

    /// The client may just be sending its request, so it has its time.
    func drain() {}
}
