import ArgumentParser
import Encoders
import Foundation
import Segmentation
import Tensors

/// `silhouette bundle verify`: every hash, field and tensor, and a request from end to end.
struct BundleVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks every file, field and tensor of a bundle and answers one request with it.")

    @Argument(help: "The bundle: its folder, or a pulled one's name; the embedded one when left out.")
    var folder: String?

    @OptionGroup var engine: EngineOptions

    func run() throws {
        let context = engine.makeContext()
        let bundle = try ModelBundle.loading(folder, engine.makeEngine(), context)
        let agreement = try Segmenter(bundle).verify(context)
        let files = bundle.configuration.files.count
        let test =
            agreement.map { String(format: "%.2f %% of the self-test's pixels as recorded", 100 * $0) }
            ?? "no self-test; a built-in picture gives finite logits that differ"
        print(
            "\(bundle.configuration.name) \(bundle.configuration.version): \(files) files as hashed, "
                + "every tensor used and finite; \(test)")
    }
}
