import Dispatch
import Foundation
import HTTPTransport
import SegmentationService

/// What signals do to a service: SIGHUP makes it read its files again, SIGTERM and SIGINT drain it, a second one cuts it.
///
/// `@unchecked Sendable`: what changes is touched on the serial queue only.
final class ServiceLife: @unchecked Sendable {
    private let server: HTTPServer
    private let service: SegmentationService
    private let delay: Double
    private let grace: Double
    private let reloads: [Reload]
    private let queue = DispatchQueue(label: "service.life")
    /// A bundle takes its time to load, and the end does not wait for it.
    private let reloading = DispatchQueue(label: "service.reload")
    private var sources: [any DispatchSourceSignal] = []
    private var isDraining = false

    /// Something that is read again, and what the operator calls it.
    struct Reload {
        let name: String
        let run: @Sendable () throws -> Void
    }

    /// - Parameters:
    ///   - delay: seconds from the signal to the end of listening, for balancers to notice.
    ///   - grace: seconds that accepted requests then have.
    ///   - reloads: run at SIGHUP; one that throws has changed nothing.
    init(
        _ server: HTTPServer, _ service: SegmentationService, delay: Double, grace: Double,
        reloads: [Reload]
    ) {
        self.server = server
        self.service = service
        self.delay = delay
        self.grace = grace
        self.reloads = reloads
    }

    /// Returns once no signal is missed any more.
    func listen() {
        // Until then SIGTERM may end the process as it always does, but who asks for a reload does not mean that.
        signal(SIGHUP, SIG_IGN)
        let registered = DispatchGroup()
        on(SIGTERM, registered) { [self] in end() }
        on(SIGINT, registered) { [self] in end() }
        on(SIGHUP, registered) { [self] in reloading.async { [self] in reload() } }
        registered.wait()
    }

    private func on(_ number: Int32, _ registered: DispatchGroup, _ handler: @escaping @Sendable () -> Void) {
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        registered.enter()
        source.setRegistrationHandler { registered.leave() }
        source.setEventHandler(handler: handler)
        source.resume()
        sources.append(source)
    }

    private func reload() {
        for reload in reloads {
            do {
                try reload.run()
                StandardError.report("reloaded the \(reload.name)")
            } catch {
                StandardError.report("did not reload the \(reload.name), which stays as it was: \(error)")
            }
        }
    }

    private func end() {
        guard !isDraining else {
            StandardError.report("stopped without draining")
            ProcessEnd.now(CommandFailure.interruptedStatus)
        }
        isDraining = true
        service.beginDrain()
        StandardError.report("draining: listening \(delay) s more, then up to \(grace) s for what was accepted")
        queue.asyncAfter(deadline: .now() + delay) { [self] in
            server.drain(within: grace) { [self] isWhole in
                service.flushAccessLog()
                StandardError.report(isWhole ? "drained" : "drained; what the grace time did not suffice for was cut")
                ProcessEnd.now(0)
            }
        }
    }
}
