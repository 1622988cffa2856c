import ArgumentParser
import Encoders
import Segmentation
import Tensors

/// `silhouette segment`: pictures and class names in, masks out.
struct SegmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segment", abstract: "Finds the classes that you name in pictures.",
        discussion: """
            Prints JSON: every class asked for, present or not, and for each present one a mask as COCO run lengths. \
            Of many pictures each is one line, and --overlay, --label-map and --eigensegments name folders.
            """)

    @Argument(help: "JPEG, PNG or WebP files.")
    var pictures: [String]

    @OptionGroup var classes: ClassOptions
    @OptionGroup var bundle: BundleOption

    @Option(help: "How shapes correct the labels: none, select, propagate or select+propagate; else the bundle's rule.")
    var fusion: FusionRule?

    @Option(help: "What takes the pixels of no class: auto, none (nothing does), or a text that describes it.")
    var background = "auto"

    @Flag(help: "Make each connected part of a class a mask of its own.")
    var components = false

    @Option(
        help: """
            What the JSON holds besides areas and scores: rle, polygon, runner_up, eigensegments or timings; may be \
            repeated.
            """)
    var include: [SegmentationOptions.Detail] = [.rle, .timings]

    @OptionGroup var outputs: OutputOptions
    @OptionGroup var engine: EngineOptions

    func run() throws {
        let context = engine.makeContext()
        let request = Request(classes: try classes.queries(), options: try makeOptions())
        let files = try PictureOutputs(outputs, pictures: pictures)
        let answers = try AnswerFile(outputs.output)
        let segmenter = try Segmenter(bundle.load(engine.makeEngine(), context))
        let bar = ProgressBar(total: pictures.count, isShown: pictures.count > 1 && StandardError.isTerminal)
        defer { bar.finish() }
        var failures = 0
        for (index, path) in pictures.enumerated() {
            bar.begin(path)
            defer { bar.advance() }
            do {
                let (picture, result) = try request.answer(path, segmenter, context)
                try files.write(result, of: picture, number: index)
                try answers.append(result.json(file: path), onOneLine: pictures.count > 1)
            } catch let fault as PictureFault where pictures.count > 1 {
                bar.report(fault.description)
                failures += 1
            }
        }
        try answers.finish()
        if failures > 0 { throw CommandFailure.picturesFailed(count: failures, of: pictures.count) }
    }

    private func makeOptions() throws -> SegmentationOptions {
        let background: JSONValue =
            ["auto", "none"].contains(self.background) ? .string(self.background) : ["prompt": .string(self.background)]
        var options: SegmentationOptions
        do {
            options = try .parse(["background": background], at: "--")
        } catch {
            throw ValidationError(
                "--background: a text of white space; give auto, none, or a text of at most 256 bytes")
        }
        options.fusion = fusion
        options.components = components
        options.include = Set(include)
        if outputs.eigensegments != nil { options.include.insert(.eigensegments) }
        return options
    }
}

/// What is asked of every picture.
private struct Request {
    let classes: [ClassQuery]
    let options: SegmentationOptions

    /// - Throws: ``PictureFault``, after which other pictures can still be answered; `CommandFailure.interrupted`.
    func answer(
        _ path: String, _ segmenter: Segmenter, _ context: ExecutionContext
    ) throws -> (Picture, SegmentationResult) {
        do {
            let picture = try Picture(InputFile.bytes(path), name: path, orientation: options.orientation, context)
            return (picture, try segmenter.segment(picture, into: classes, options, context))
        } catch CommandFailure.interrupted {
            throw CommandFailure.interrupted
        } catch {
            throw PictureFault(description: "\(error)")
        }
    }
}

/// Why one picture has no answer.
private struct PictureFault: Error, CustomStringConvertible {
    let description: String
}
