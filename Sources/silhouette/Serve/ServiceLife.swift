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
    private let reload: @Sendable () throws -> Void
    private let queue = DispatchQueue(label: "service.life")
    private var sources: [any DispatchSourceSignal] = []
    private var isDraining = false

    /// - Parameters:
    ///   - delay: seconds from the signal to the end of listening, for balancers to notice.
    ///   - grace: seconds that accepted requests then have.
    ///   - reload: reads certificates and tokens again; what it throws has changed nothing.
    init(
        _ server: HTTPServer, _ service: SegmentationService, delay: Double, grace: Double,
        reload: @escaping @Sendable () throws -> Void
    ) {
        self.server = server
        self.service = service
        self.delay = delay
        self.grace = grace
        self.reload = reload
    }

    func listen() {
        on(SIGTERM) { [self] in end() }
        on(SIGINT) { [self] in end() }
        on(SIGHUP) { [self] in
            do {
                try reload()
                StandardError.report("reloaded")
            } catch {
                StandardError.report("not reloaded, nothing has changed: \(error)")
            }
        }
    }

    private func on(_ number: Int32, _ handler: @escaping @Sendable () -> Void) {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
        source.setEventHandler(handler: handler)
        source.resume()
        sources.append(source)
    }

    private func end() {
        guard !isDraining else {
            StandardError.report("stopped without draining")
            Foundation.exit(CommandFailure.interruptedStatus)
        }
        isDraining = true
        service.beginDrain()
        StandardError.report("draining: listening \(delay) s more, then up to \(grace) s for what was accepted")
        queue.asyncAfter(deadline: .now() + delay) { [self] in
            server.drain(within: grace) { isWhole in
                StandardError.report(isWhole ? "drained" : "drained; what the grace time did not suffice for was cut")
                Foundation.exit(0)
            }
        }
    }
}
