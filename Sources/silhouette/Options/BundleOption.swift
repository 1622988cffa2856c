import ArgumentParser
import Encoders
import Tensors

/// Which bundle answers.
struct BundleOption: ParsableArguments {
    @Option(name: .customLong("bundle"), help: "The folder of the model bundle; the embedded one when left out.")
    var folder: String?

    /// - Throws: `CommandFailure.noEmbeddedBundle`.
    func path() throws -> String { try folder ?? EmbeddedBundle.locate() }

    /// The bundle, checked and packed.
    func load(_ engine: Engine) throws -> ModelBundle { try ModelBundle(directory: path(), engine: engine) }
}
