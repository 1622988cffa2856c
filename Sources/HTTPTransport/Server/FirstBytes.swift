/// A connection on which no protocol is known yet: HTTP/2 begins with its preface (RFC 9113 §3.4), all else is HTTP/1.1.
final class FirstBytes: ConnectionSession {
    private let connection: Connection
    private let deadline: Instant

    init(_ connection: Connection) {
        self.connection = connection
        deadline = connection.loop.now + connection.server.limits.headerTime
    }

    func inputArrived() {
        let connection = connection
        connection.session = HTTP1Session(connection, deadline: deadline)
        connection.session?.inputArrived()
    }

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
