import ArgumentParser
import Encoders
import Foundation
import Segmentation
import Tensors

/// `silhouette bundle pull`: published weights as a bundle, in one step.
struct BundlePullCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Downloads published weights and makes a bundle of them.",
        discussion: """
            NAME is a recipe (see `silhouette bundle list --available`), hf:OWNER/REPOSITORY[@REVISION] for a \
            repository that holds a whole bundle, or the path of a recipe's file (.json). The bundle lies in \
            $XDG_CACHE_HOME/silhouette then and goes by its name: --bundle NAME. A download that was cut goes on where \
            it stopped. Environment: HF_TOKEN, HF_ENDPOINT, https_proxy, SSL_CERT_FILE, SILHOUETTE_OFFLINE.
            """)

    @Argument(help: "A recipe, hf:OWNER/REPOSITORY[@REVISION], or a recipe's file.")
    var name: String

    @Flag(help: "Download nothing; succeed only where the bundle is there.")
    var offline = false

    @Flag(help: "Take files that have changed since they were first pulled.")
    var acceptChanged = false

    @OptionGroup var threads: ThreadOption

    func run() throws {
        let context = threads.makeContext()
        let environment = ProcessInfo.processInfo.environment
        let store = try BundleStore(environment)
        let access = try HubAccess(environment, isOffline: offline, check: Interruption.check)
        let display = PullDisplay()
        defer { display.finish() }
        let folder =
            switch try BundleReference(name) {
            case .recipe(let name): try pull(Recipes.named(name), into: store, access, context, display)
            case .recipeFile(let path): try pull(Recipes.read(path), into: store, access, context, display)
            case .repository(let repository, let revision):
                try store.pull(
                    repository: repository, revision: revision, access, acceptsChanges: acceptChanged,
                    report: display.show)
            }
        display.finish()
        print(folder)
    }

    private func pull(
        _ recipe: BundleRecipe, into store: BundleStore, _ access: HubAccess, _ context: ExecutionContext,
        _ display: PullDisplay
    ) throws -> String {
        try store.pull(recipe, access, context, acceptsChanges: acceptChanged, report: display.show)
    }
}
