import ArgumentParser
import Tensors

/// `silhouette bench`: what each stage takes on this machine.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Times every stage on this machine.",
        discussion: """
            Times a bundle's stages on a drawn picture, or networks of published shapes with random weights, or the \
            spectral stage on recorded features. One run warms up and is not counted.
            """)

    @OptionGroup var bundle: BundleOption

    @Option(help: "Time a network of this published shape with random weights. May be repeated.")
    var random: [BenchPreset] = []

    @Option(help: "Time the spectral stage on the tensor \"features\" [n·n, d] of a safetensors file. May be repeated.")
    var features: [String] = []

    @Option(help: "Pixels a side of the picture.")
    var size = 480

    @Option(help: "Counted runs.")
    var runs = 5

    @OptionGroup var engine: EngineOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (32...4096).contains(size) else {
            throw ValidationError("--size: found \(size), expected pixels from 32 to 4096")
        }
        guard (1...1000).contains(runs) else {
            throw ValidationError("--runs: found \(runs), expected a number from 1 to 1000")
        }
    }

    func run() throws {
        let context = engine.makeContext()
        let engine = try self.engine.makeEngine()
        var bench = Bench(runs: runs, context: context)
        for preset in random { try bench.time(preset, engine, size: size) }
        for path in features { try bench.timeSpectralStage(onFeaturesAt: path) }
        if random.isEmpty && features.isEmpty { try bench.time(bundle.load(engine, context), size: size) }
        print(json ? bench.json(engine, size: size).indented : bench.table(engine, size: size))
    }
}
