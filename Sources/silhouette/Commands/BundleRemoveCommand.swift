import ArgumentParser
import Foundation
import Segmentation

/// `silhouette bundle remove`: frees what a pulled bundle takes.
struct BundleRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Removes a pulled bundle.")

    @Argument(help: "The bundle's name, as `silhouette bundle list` shows it.")
    var name: String

    func run() throws { try BundleStore(ProcessInfo.processInfo.environment).remove(name) }
}
