import Dispatch
import Glibc
import HTTPTransport
import Synchronization
import Tensors

/// One line of JSON for each request that is over, written on a queue of its own, so that a log that is read slowly
/// holds nobody up. Past ``capacity`` waiting lines further ones are dropped and counted.
final class AccessLog: Sendable {
    static let capacity = 10_000

    private let write: @Sendable (String) -> Void
    private let queue = DispatchQueue(label: "service.access-log")
    private let waiting = Atomic(0)
    private let lost = Atomic(0)

    init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

    /// Lines that were dropped.
    var dropped: Int { lost.load(ordering: .relaxed) }

    func add(_ record: RequestRecord) {
        guard waiting.wrappingAdd(1, ordering: .relaxed).newValue <= Self.capacity else {
            waiting.wrappingSubtract(1, ordering: .relaxed)
            lost.wrappingAdd(1, ordering: .relaxed)
            return
        }
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        queue.async { [self, time] in
            write(record.line(at: time))
            waiting.wrappingSubtract(1, ordering: .relaxed)
        }
    }

    /// Waits until every line so far is written, for some seconds at most; false where that was not enough.
    @discardableResult
    func flush(within seconds: Double) -> Bool {
        let isWritten = DispatchSemaphore(value: 0)
        queue.async { isWritten.signal() }
        return isWritten.wait(timeout: .now() + seconds) == .success
    }
}

extension RequestRecord {
    /// The status that stands for a client that left, as nginx has it.
    static let clientLeftStatus = 499

    /// As JSON, whose escapes keep whatever a client sent on one line.
    func line(at time: timespec) -> String {
        var members: [JSONValue.Member] = [.init("time", .string(time.timestamp)), .init("id", .string(id))]
        if let request {
            members += [
                .init("method", .string(request.method)), .init("path", .string(request.path)),
                .init("protocol", .string(request.version.rawValue)),
            ]
        }
        members += [
            .init("status", JSONValue(status ?? Self.clientLeftStatus)), .init("cancelled", .bool(status == nil)),
            .init("bytes_in", JSONValue(received)), .init("bytes_out", JSONValue(sent)),
            .init("client", .string(client.address.host)),
        ]
        if let seconds { members.append(.init("duration_ms", .number((seconds * 1e6).rounded() / 1000))) }
        if let problem { members.append(.init("problem", .string(problem))) }
        if let owner = client.owner { members.append(.init("owner", .string(owner))) }
        if let trace = request?.fields["traceparent"].flatMap(TraceParent.init)?.trace {
            members.append(.init("trace_id", .string(trace)))
        }
        return JSONValue.object(members).compact
    }
}

extension timespec {
    /// RFC 3339, in UTC, to the millisecond.
    var timestamp: String {
        var seconds = tv_sec
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func padded(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let date = [Int(parts.tm_mon) + 1, Int(parts.tm_mday)].map { padded($0, 2) }.joined(separator: "-")
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }.joined(separator: ":")
        return "\(padded(Int(parts.tm_year) + 1900, 4))-\(date)T\(clock).\(padded(tv_nsec / 1_000_000, 3))Z"
    }
}
