import Imaging
import Spectral
import Tensors

extension SegmentationResult {
    /// Puts what was decided into the form of an answer; run lengths are made in one pass over the label map.
    init(
        _ answer: Answer, _ queries: [ClassQuery], _ encoded: EncodedPicture, _ options: SegmentationOptions,
        model: ModelIdentity, _ timings: StageTimings, _ context: ExecutionContext
    ) throws {
        var timings = timings
        self.model = model
        picture = encoded.facts
        labelMap = answer.labelMap
        fusion = answer.rule
        classes = queries.indices.map { index in
            ClassAnswer(
                name: queries[index].name, present: answer.verdict.present[index],
                presenceScore: answer.presenceScores[index], area: answer.area(of: index))
        }
        unlabeledArea = picture.size.area - classes.reduce(0) { $0 + $1.area }
        warnings = Self.warnings(answer, queries, options)
        (segments, eigensegments) = try timings.measure(\.fusion) {
            try (
                Self.segments(answer, queries, options, context),
                options.include.contains(.eigensegments) ? Self.eigensegments(encoded, context) : []
            )
        }
        self.options = options
        self.timings = timings
    }

    private static func segments(
        _ answer: Answer, _ queries: [ClassQuery], _ options: SegmentationOptions, _ context: ExecutionContext
    ) throws -> [Segment] {
        let regions = LabelRegions(answer.labelMap, connected: options.components)
        let scores = try answer.scores(of: regions, options, context)
        return zip(regions.regions, zip(scores, regions.runLengths())).map { region, found in
            let (scores, mask) = found
            let index = Int(region.label) - 1
            return Segment(
                className: queries[index].name, classIndex: index, semanticScore: scores.semantic,
                shapeScore: scores.shape, score: answer.presenceScores[index] * scores.semantic,
                runnerUp: scores.runnerUp.map {
                    RunnerUp(
                        className: queries[$0.classIndex].name, classIndex: $0.classIndex,
                        semanticScore: $0.semanticScore)
                }, rle: mask)
        }
    }

    private static func warnings(
        _ answer: Answer, _ queries: [ClassQuery], _ options: SegmentationOptions
    ) -> [SegmentationWarning] {
        var warnings: [SegmentationWarning] = []
        if options.background == .none, queries.count == 1 {
            warnings.append(.oneClassCoversAll(name: queries[0].name))
        }
        if let reason = answer.spectralFailure { warnings.append(.unfused(reason: reason)) }
        return warnings
    }

    /// The shapes at the size of the picture, one after the other so that one mask is held at a time.
    private static func eigensegments(_ encoded: EncodedPicture, _ context: ExecutionContext) throws -> [Eigensegment] {
        guard let shapes = encoded.shapes.shapes else { return [] }
        let size = encoded.facts.size
        let segments = EigensegmentBands(shapes.spectrum, height: size.height, width: size.width)
        let patterns = try Bands(of: size, channels: segments.count).map(context, segments.rows)
        return shapes.spectrum.eigenvalues.enumerated().map { index, eigenvalue in
            let bits = patterns.joined().map { $0 >> index & 1 == 1 }
            let mask = BinaryMask(width: size.width, height: size.height, bits: bits)
            return Eigensegment(eigenvalue: Double(eigenvalue), rle: RunLengthEncoding(mask))
        }
    }
}
