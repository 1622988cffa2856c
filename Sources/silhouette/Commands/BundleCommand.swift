import ArgumentParser

/// `silhouette bundle`: what stands in a folder of weights, and whether it is whole.
struct BundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle", abstract: "Shows and checks model bundles.",
        subcommands: [BundleInspectCommand.self, BundleVerifyCommand.self, BundleCompareCommand.self])
}
