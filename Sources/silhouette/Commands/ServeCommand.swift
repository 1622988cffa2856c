import ArgumentParser
import Dispatch
import Encoders
import Foundation
import HTTPTransport
import Segmentation
import SegmentationService

/// `silhouette serve`: the HTTP service.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answers over HTTP.",
        discussion: """
            Every option may also come from the environment, as SILHOUETTE_ and its name in capitals \
            (SILHOUETTE_DRAIN_DELAY=0; commas between what a flag repeats), and from a file (--config), by its name. A \
            flag goes before the environment, that before the file, that before the default, which stands in brackets \
            below. What is used is printed at the start. SIGTERM drains: not ready at once, after the delay no new \
            connections, then exit 0 once every accepted request is answered. SIGHUP reads certificate, key and tokens \
            again.
            """)

    @Option(help: "A file of settings: a JSON object with the names of these options.")
    var config: String?

    @OptionGroup(title: "Listening") var listening: ListeningFlags
    @OptionGroup(title: "Clients") var clients: ClientFlags
    @OptionGroup(title: "Computing") var computing: ComputingFlags
    @OptionGroup(title: "Requests") var requests: RequestFlags
    @OptionGroup(title: "Connections") var connections: ConnectionFlags
    @OptionGroup(title: "Life") var life: LifeFlags

    func run() throws {
        let settings = try ServeSettings(SettingSources(self, ProcessInfo.processInfo.environment))
        settings.lines.forEach(StandardError.report)
        let bundle = try settings.bundle ?? EmbeddedBundle.locate()
        let service = SegmentationService(settings.service) {
            try Segmenter(
                ModelBundle(directory: bundle, engine: settings.makeEngine()), limits: settings.limits.request)
        } whenReady: { result in
            switch result {
            case .success: StandardError.report("ready")
            case .failure(let error):
                StandardError.report("\(error)")
                Foundation.exit(1)
            }
        }
        var transport = settings.transport
        transport.faultResponse = { [service] fault, _ in service.answer(to: fault) }
        let server = try HTTPServer(transport, handler: service)
        server.addresses.forEach { StandardError.report("listening on \($0)") }
        let life = ServiceLife(server, service, delay: settings.drainDelay, grace: settings.grace) {
            try server.reloadCertificate()
        }
        life.listen()
        dispatchMain()
    }
}
