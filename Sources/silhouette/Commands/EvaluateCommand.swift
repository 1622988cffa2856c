import ArgumentParser
import Encoders
import Segmentation
import Tensors

/// `silhouette evaluate`: figures on pictures whose answers are known.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Measures a bundle on a data set.",
        discussion: """
            A data set is a folder with classes.json, images/*.jpg and masks/*.png (8-bit indices: i is the i-th class, \
            0 none of them, 255 ignored). Figures are in percent; the oracle uses the answer and is no result.
            """)

    @Argument(help: "The folder of the data set.")
    var dataset: String

    @OptionGroup var bundle: BundleOption
    @OptionGroup var engine: EngineOptions

    @Option(help: "Measure one rule: none, select, propagate or select+propagate. All four when left out.")
    var fusion: FusionRule?

    @Option(help: "Measure the pictures that splits.json lists under this name.")
    var split: String?

    @Option(help: "Count the names of this fold of folds.json, from 0, as unseen.")
    var fold: Int?

    @Option(help: "Count these names, separated by commas, as unseen.")
    var unseen: String?

    @Option(help: "Ask other names, FILE or FILE:N: the N-th (from 0) that the file has for each class.")
    var names: String?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if fold != nil && unseen != nil { throw ValidationError("--fold and --unseen exclude each other; give one") }
    }

    func run() throws {
        let context = engine.makeContext()
        let data = try Dataset(directory: dataset, split: split)
        var plan = EvaluationPlan()
        if let fusion { plan.rules = [fusion] }
        plan.unseen = try fold.map(data.unseen(inFold:)) ?? (unseen.map(Self.commaSeparated) ?? [])
        plan.synonyms = try names.map(Self.synonyms)
        let evaluation = try Evaluation(of: Segmenter(bundle.load(engine.makeEngine(), context)), on: data, plan)
        let bar = ProgressBar(total: data.stems.count)
        defer { bar.finish() }
        let report = try evaluation.run(context, progress: bar.begin) { bar.advance() }
        bar.finish()
        print(json ? report.json.indented : report.table)
    }

    private static func commaSeparated(_ names: String) -> [String] {
        names.split(separator: ",").map { $0.trimmingPrefix(while: \.isWhitespace) }.map(String.init)
    }

    /// `FILE:N`, or `FILE` for its first names.
    private static func synonyms(_ argument: String) throws -> Synonyms {
        guard let match = argument.wholeMatch(of: /(.+):(\d+)/), let number = Int(match.2) else {
            return try Synonyms(path: argument, number: 0)
        }
        return try Synonyms(path: String(match.1), number: number)
    }
}
