import Dispatch
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import HTTPTransport

/// A time that only tests move.
final class ManualClock: Sendable {
    private let milliseconds = Atomic(1_000_000)

    var clock: TransportClock { TransportClock { [self] in Double(milliseconds.load(ordering: .relaxed)) / 1000 } }

    func advance(_ seconds: Double) { milliseconds.wrappingAdd(Int(seconds * 1000), ordering: .relaxed) }
}

/// A server on loopback whose time stands still, stopped when it goes.
final class TestServer {
    let server: HTTPServer
    let time = ManualClock()

    var address: ListenAddress { server.addresses[0] }

    init(
        _ address: ListenAddress = .internet(host: "127.0.0.1", port: 0),
        configure: (inout ServerConfiguration) -> Void = { _ in },
        answer: @escaping @Sendable (Request, RequestBody, Responder) -> Void
    ) throws {
        var configuration = ServerConfiguration(addresses: [address])
        configuration.clock = time.clock
        configure(&configuration)
        server = try HTTPServer(configuration, handler: ClosureHandler(answer: answer))
    }

    /// One that speaks TLS.
    convenience init(
        secure certificate: TestCertificate, answer: @escaping @Sendable (Request, RequestBody, Responder) -> Void
    ) throws {
        try self.init(
            configure: { configuration in
                configuration.secureAddresses = configuration.addresses
                configuration.addresses = []
                configuration.certificate = certificate.files
            }, answer: answer)
    }

    deinit { server.stop() }

    func client(receiveBuffer: Int32? = nil) throws -> TestClient {
        try TestClient(address, receiveBuffer: receiveBuffer)
    }

    /// Moves the time on and lets the server look at its deadlines.
    func advance(_ seconds: Double) {
        time.advance(seconds)
        server.checkDeadlines()
    }
}

private struct ClosureHandler: RequestHandler {
    let answer: @Sendable (Request, RequestBody, Responder) -> Void

    func respond(to request: Request, body: RequestBody, responder: Responder) { answer(request, body, responder) }
}

extension Response {
    static func text(_ text: String, status: Int = 200) -> Response {
        Response(status: status, fields: ["content-type": "text/plain"], body: Array(text.utf8))
    }
}

/// Answers with method, path and the body's length once the body is whole.
@Sendable func echo(_ request: Request, _ body: RequestBody, _ responder: Responder) {
    body.collect(upTo: 1 << 30) { result in
        guard case .success(let bytes) = result else { return }
        responder.send(.text("\(request.method) \(request.path) \(bytes.count)"))
    }
}

/// Waits until something that the server does by itself has happened; false after ten seconds.
func eventually(_ condition: () -> Bool) -> Bool {
    var start = timespec()
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &start)
    repeat {
        if condition() { return true }
        sched_yield()
        clock_gettime(CLOCK_MONOTONIC, &now)
    } while now.tv_sec - start.tv_sec < 10
    return false
}

/// A value that handlers on the server's queue leave for a test.
final class Box<Value: Sendable>: Sendable {
    private let stored: Mutex<Value>

    init(_ value: Value) { stored = Mutex(value) }

    var value: Value {
        get { stored.withLock { $0 } }
        set { stored.withLock { $0 = newValue } }
    }

    func change(_ change: @Sendable (inout Value) -> Void) { stored.withLock { change(&$0) } }
}
