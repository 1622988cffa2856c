import ArgumentParser
import Encoders
import Tensors

/// `silhouette bundle compare`: a bundle's networks against what another program computed with the same weights.
struct BundleCompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compares a bundle's networks with recorded results.",
        discussion: """
            RECORDED is a safetensors file. For each input text.I.tokens, visual.I.pixels and spectral.I.pixels (I from \
            0, [N] or [H, W, 3]; visual.I.guide, [h, w, D], for an encoder that is guided) it holds what leaves the network: text.I.embedding, visual.I.embeddings and \
            visual.I.boundary, spectral.I.last and spectral.I.keys. Exit status 1 when a result is further off than the \
            precision allows.
            """)

    @Argument(help: "The folder of the bundle.")
    var folder: String

    @Argument(help: "The safetensors file of recorded inputs and results.")
    var recorded: String

    @OptionGroup var engine: EngineOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let context = engine.makeContext()
        let engine = try self.engine.makeEngine()
        let bundle = try ModelBundle.loading(folder, engine, context)
        let comparison = try Comparison(
            of: bundle, with: SafetensorsFile(path: recorded), tolerance: .init(for: engine.precision), context)
        guard !comparison.rows.isEmpty else {
            throw CommandFailure.cannotRead(path: recorded, reason: "it records no input of a network; see --help")
        }
        print(json ? comparison.json.indented : comparison.table)
        let failed = comparison.rows.filter { !$0.isWithin }
        if !failed.isEmpty { throw CommandFailure.differs(results: failed.map(\.name), of: recorded) }
    }
}
