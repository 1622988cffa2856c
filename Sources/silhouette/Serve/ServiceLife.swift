import Dispatch
import Foundation
import HTTPTransport
import SegmentationService

/// The end of a service: SIGTERM and SIGINT drain it, a second one cuts it.
///
/// `@unchecked Sendable`: what changes is touched on the serial queue only.
final class ServiceLife: @unchecked Sendable {
    private let server: HTTPServer
    private let service: SegmentationService
    private let delay: Double
    private let grace: Double
    private let queue = DispatchQueue(label: "service.life")
    private var sources: [any DispatchSourceSignal] = []
    private var isDraining = false

    /// - Parameters:
    ///   - delay: seconds from the signal to the end of listening, for balancers to notice.
    ///   - grace: seconds that accepted requests then have.
    init(_ server: HTTPServer, _ service: SegmentationService, delay: Double, grace: Double) {
        self.server = server
        self.service = service
        self.delay = delay
        self.grace = grace
    }

    func listen() {
        for number in [SIGTERM, SIGINT] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [self] in end() }
            source.resume()
            sources.append(source)
        }
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
