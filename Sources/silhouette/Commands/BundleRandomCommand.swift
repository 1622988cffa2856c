import ArgumentParser
import Encoders
import Tensors

/// `silhouette bundle random`: published architectures at full size without any download.
struct BundleRandomCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "random", abstract: "Writes a bundle of published architectures with random weights.",
        discussion:
            "For running, measuring and testing at full size; what such a bundle says of a picture means nothing.")

    @Option(help: "The text encoder.")
    var text: TextPreset

    @Option(help: "The visual encoder.")
    var visual: VisualPreset

    @Option(help: "The self-supervised encoder.")
    var spectral: SpectralPreset

    @Option(help: "How a CLIP visual encoder is read.")
    var readout = ReadoutPreset.proxyCLIP

    @Option(help: "Equal seeds give equal bytes.")
    var seed: UInt64 = 0

    @Option(name: .shortAndLong, help: "The folder to make; it must not exist.")
    var output: String

    @OptionGroup var threads: ThreadOption

    func run() throws {
        let context = threads.makeContext()
        let bar = ProgressBar(total: 100)
        defer { bar.finish() }
        bar.begin(output)
        var percent = 0
        let bundle = RandomBundle(text: text, visual: visual, spectral: spectral, readout: readout, seed: seed)
        try bundle.write(to: output, context) {
            while percent < 100 * $0 / max($1, 1) {
                percent += 1
                bar.advance()
            }
        }
    }
}
