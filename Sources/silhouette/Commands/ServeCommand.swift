import ArgumentParser
import Dispatch
import Foundation
import HTTPTransport
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
            connections, then exit 0 once every accepted request is answered. SIGHUP reads bundles, certificate, key and \
            tokens again.
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
        let configuration = try settings.configuration()
        let models = try settings.models()
        models.lines.forEach(StandardError.report)
        let service = SegmentationService(configuration, models: models) { result in
            switch result {
            case .success: StandardError.report("ready")
            case .failure(let error):
                StandardError.report("\(error)")
                ProcessEnd.now(1)
            }
        }
        let server = try settings.server(for: service)
        let metrics = try settings.metricsServer(for: service)
        let life = ServiceLife(
            server, service, delay: settings.drainDelay, grace: settings.grace,
            reloads: Self.reloads(settings, configuration, server, service))
        life.listen()
        server.addresses.forEach { StandardError.report("listening on \($0)") }
        metrics?.addresses.forEach { StandardError.report("metrics on \($0)") }
        withExtendedLifetime(metrics) { dispatchMain() }
    }

    private static func reloads(
        _ settings: ServeSettings, _ configuration: ServiceConfiguration, _ server: HTTPServer,
        _ service: SegmentationService
    ) -> [ServiceLife.Reload] {
        let tokens = configuration.tokens.map { ServiceLife.Reload(name: "tokens", run: $0.reload) }
        let certificate = settings.certificate.map { _ in
            ServiceLife.Reload(name: "certificate", run: server.reloadCertificate)
        }
        let bundles = service.modelReloads.map { ServiceLife.Reload(name: "bundle \($0.name)", run: $0.run) }
        return [tokens, certificate].compactMap(\.self) + bundles
    }
}
