import ArgumentParser
import Encoders

/// `silhouette bundle inspect`: what a bundle is, without running it.
struct BundleInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Shows what a bundle holds and how it answers.")

    @Argument(help: "The bundle: its folder, or a pulled one's name; the embedded one when left out.")
    var folder: String?

    func run() throws {
        let summary = try BundleSummary(BundleFolder(BundleLocation.folder(of: folder)))
        summary.lines.forEach { print($0) }
    }
}
