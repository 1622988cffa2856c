import ArgumentParser
import Encoders
import Tensors

/// Which bundle answers.
struct BundleOption: ParsableArguments {
    @Option(
        name: .customLong("bundle"),
        help: "The bundle: its folder, or a pulled one's name; the embedded one when left out.")
    var folder: String?

    func load(_ engine: Engine, _ context: ExecutionContext) throws -> ModelBundle {
        try ModelBundle.loading(folder, engine, context)
    }
}

extension ModelBundle {
    /// The bundle of a folder, a pulled one, or the embedded one, checked and packed; what takes longer than two seconds shows how far
    /// it is.
    ///
    /// - Throws: `CommandFailure.noResource`, `.notPulled`; what the bundle is refused for.
    static func loading(_ folder: String?, _ engine: Engine, _ context: ExecutionContext) throws -> ModelBundle {
        let path = try BundleLocation.folder(of: folder)
        let bar = ProgressBar(total: 0, patience: .seconds(2))
        defer { bar.finish() }
        bar.begin(path)
        return try ModelBundle(directory: path, engine: engine, context) { bar.advance(of: $0) }
    }
}
