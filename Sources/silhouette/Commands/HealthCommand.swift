import ArgumentParser
import Foundation
import HTTPTransport

/// `silhouette health`: asks a running service whether it is ready, for checks where there is no other client.
struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Asks a running service whether it is ready.",
        discussion: "The exit status is 0 where it is, else 1. A service that only speaks TLS cannot be asked.")

    @Argument(help: "Its address: 127.0.0.1:8080, [::1]:8080 or unix:/run/name.sock (as 'serve' would find its first).")
    var address: String?

    @Option(help: "The file of settings that 'serve' runs with.")
    var config: String?

    @Option(help: "Seconds that an answer may take.")
    var timeout = 5

    func validate() throws {
        guard (1...3600).contains(timeout) else {
            throw ValidationError("--timeout: found \(timeout), expected a whole number from 1 to 3600")
        }
    }

    func run() throws {
        let address = try address.map { try ListenAddress(parsing: $0) } ?? ownAddress()
        let status = try HealthProbe.status(of: "/readyz", at: address, within: timeout)
        guard status == 200 else { throw CommandFailure.notReady(address: "\(address)", status: status) }
        print("ready")
    }

    /// Where the service of the same environment and file listens.
    private func ownAddress() throws -> ListenAddress {
        let serve = try ServeCommand.parse(config.map { ["--config", $0] } ?? [])
        let settings = try ServeSettings(SettingSources(serve, ProcessInfo.processInfo.environment))
        guard let address = settings.addresses?.first else {
            throw SettingFailure.conflict("every address speaks TLS, and none can be asked; name one without")
        }
        return address
    }
}
