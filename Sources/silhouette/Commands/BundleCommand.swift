import ArgumentParser

/// `silhouette bundle`: what stands in a folder of weights, and whether it is whole.
struct BundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle", abstract: "Pulls, lists, shows, checks and makes model bundles.",
        subcommands: [
            BundlePullCommand.self, BundleListCommand.self, BundleRemoveCommand.self, BundleInspectCommand.self,
            BundleVerifyCommand.self, BundleCompareCommand.self, BundleRandomCommand.self,
        ])
}
