import ArgumentParser
import Foundation

/// The command: reads its arguments, runs one subcommand and turns what it throws into one line and an exit status.
@main
struct SilhouetteCommand: ParsableCommand {
    static let release = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "silhouette",
        abstract: "Segments pictures into classes that you name.",
        version: "silhouette \(release)",
        subcommands: [
            SegmentCommand.self, ServeCommand.self, HealthCommand.self, EvaluateCommand.self, BundleCommand.self,
            BenchCommand.self,
        ])

    static func main() {
        // A reader that closes its end of the pipe makes the write fail; the default would end the process silently.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            ProcessEnd.now(status(reporting: error))
        }
    }

    /// Says what an error says, in one line, and returns the exit status: 2 for usage, 1 for failure.
    private static func status(reporting error: any Error) -> Int32 {
        if error is SettingFailure {
            StandardError.report("\(error)")
            return 2
        }
        switch exitCode(for: error) {
        case .success:
            print(fullMessage(for: error))
            return 0
        case .validationFailure:
            let hint = error is ValidationError ? "" : "; see '\(helpCommand(for: error))'"
            StandardError.report(message(for: error) + hint)
            return 2
        case let code:
            if !(error is ExitCode) { StandardError.report("\(error)") }
            return code.rawValue
        }
    }

    /// The command line that prints the help of the subcommand whose arguments were wrong.
    private static func helpCommand(for error: any Error) -> String {
        let quoted = fullMessage(for: error).components(separatedBy: "'")
        return quoted.last { $0.hasPrefix("silhouette") && $0.hasSuffix("--help") } ?? "silhouette --help"
    }
}
