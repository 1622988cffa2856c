import ArgumentParser
import Encoders

/// `silhouette bundle inspect`: what a bundle is, without running it.
struct BundleInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Shows what a bundle holds and how it answers.")

    @Argument(help: "The folder of the bundle; the embedded one when left out.")
    var folder: String?

    func run() throws {
        let summary = try BundleSummary(BundleFolder(folder ?? EmbeddedBundle.locate()))
        summary.lines.forEach { print($0) }
    }
}
