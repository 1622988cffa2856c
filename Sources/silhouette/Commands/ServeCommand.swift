import ArgumentParser
import Dispatch
import Encoders
import Foundation
import HTTPTransport
import Segmentation
import SegmentationService
import Tensors

/// `silhouette serve`: the HTTP service.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answers over HTTP.",
        discussion: """
            Every option may also come from the environment, as SILHOUETTE_ and its name in capitals \
            (SILHOUETTE_DRAIN_DELAY=0); a flag goes before it. What is used is printed at the start. SIGTERM drains: \
            not ready at once, after the delay no new connections, then exit 0 once every accepted request is answered.
            """)

    @Option(help: "The folder of the model bundle; the embedded one when left out.")
    var bundle: String?

    @Option(help: "Where to listen: 127.0.0.1:8080, [::1]:8080 or unix:/run/name.sock; may be repeated.")
    var bind: [String] = []

    @Flag(help: "Allow an address that others can reach.")
    var insecure = false

    @Option(help: "Requests computed at the same time.")
    var workers: String?

    @Option(help: "Threads for each request; workers × threads is at most the number of cores.")
    var threads: String?

    @Option(help: "The library that multiplies matrices: onednn or openblas.")
    var engine: String?

    @Option(help: "fp32, bf16, or auto: bf16 where the processor multiplies it, else fp32.")
    var precision: String?

    @Option(help: "Milliseconds that an answer may take; requests may lower it.")
    var deadline: String?

    @Option(help: "Requests that may wait for a worker.")
    var queue: String?

    @Option(help: "Bytes of the longest body.")
    var body: String?

    @Option(help: "Seconds between SIGTERM and the end of listening.")
    var drainDelay: String?

    @Option(help: "Seconds that accepted requests have then.")
    var grace: String?

    func run() throws {
        let settings = try ServeSettings(self, ProcessInfo.processInfo.environment)
        settings.lines.forEach(StandardError.report)
        let service = SegmentationService(settings.service) {
            try Segmenter(ModelBundle(directory: settings.bundle, engine: settings.makeEngine()))
        } whenReady: { result in
            switch result {
            case .success: StandardError.report("ready")
            case .failure(let error):
                StandardError.report("\(error)")
                Foundation.exit(1)
            }
        }
        let server = try HTTPServer(service.serverConfiguration(settings.addresses), handler: service)
        server.addresses.forEach { StandardError.report("listening on \($0)") }
        let life = ServiceLife(server, service, delay: settings.drainDelay, grace: settings.grace)
        life.listen()
        dispatchMain()
    }
}
