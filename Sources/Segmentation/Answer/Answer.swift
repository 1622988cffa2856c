import Encoders
import Imaging
import Spectral
import Tensors

/// Which pixels each class has and how sure that is: a function of evidence and terms alone.
struct Answer: Sendable {
    let labelMap: LabelMap
    /// One for each class.
    let presenceScores: [Double]
    let verdict: Verdict
    /// The rule that made the answer; `none` when the spectral stage failed.
    let rule: FusionRule
    /// Why the rule that was asked for could not be used.
    let spectralFailure: String?
    /// Sum over each channel's pixels of its probability; the classes, then the background when it is on.
    private let confidence: [ProbabilitySum]
    private let histogram: PatternHistogram
    /// The logits that decided, and the shapes they were fused with.
    let field: LogitField
    let eigensegments: EigensegmentBands?

    /// - Throws: what the context throws on cancellation. A spectral stage that fails is no error.
    init(_ evidence: Evidence, _ terms: AnswerTerms, _ context: ExecutionContext) throws {
        let (labelling, rule, failure) = try Self.fuse(evidence, terms, context)
        let classes = evidence.classes
        presenceScores = terms.presence.scores(of: evidence.cosines, classes: classes)
        verdict = Verdict(
            scores: presenceScores, thresholds: terms.thresholds,
            areas: (0..<labelling.histogram.channels).map(labelling.histogram.area), minArea: terms.minArea)
        labelMap = labelling.labelMap(verdict.labels, picture: evidence.picture)
        confidence = labelling.confidence
        histogram = labelling.histogram
        (field, eigensegments) = (labelling.field, labelling.eigensegments)
        (self.rule, spectralFailure) = (rule, failure)
    }

    /// Of the mask of a present class.
    func scores(of index: Int) -> RegionScores {
        RegionScores(
            semantic: confidence[index].value / Double(histogram.area(of: index)),
            shape: histogram.shapeScore(of: index))
    }

    /// Pixels of a class in the answer.
    func area(of index: Int) -> Int { verdict.present[index] ? histogram.area(of: index) : 0 }

    /// The labelling of the rule asked for, or the unfused one and the reason.
    private static func fuse(
        _ evidence: Evidence, _ terms: AnswerTerms, _ context: ExecutionContext
    ) throws -> (Labelling, FusionRule, failure: String?) {
        func fusion(_ shapes: PictureShapes?) -> Fusion {
            Fusion(
                logits: evidence.logits(scale: terms.scale, withBackground: terms.backgroundIsOn),
                background: terms.backgroundIsOn ? evidence.classes : nil, picture: evidence.picture, shapes: shapes,
                parameters: terms.fusion)
        }
        switch evidence.shapes {
        case .notRun: return (try fusion(nil)(.none, context), .none, nil)
        case .failed(let reason): return (try fusion(nil)(.none, context), .none, reason)
        case .found(let shapes):
            do {
                return (try fusion(shapes)(terms.rule, context), terms.rule, nil)
            } catch let failure as SpectralFailure {
                return (try fusion(nil)(.none, context), .none, failure.description)
            }
        }
    }
}

extension Labelling {
    /// The map of labels, given the label of each channel.
    func labelMap(_ labels: [UInt16], picture: PictureSize) -> LabelMap {
        var map: [UInt16] = []
        map.reserveCapacity(picture.area)
        for band in bands {
            for channel in band { map.append(labels[Int(channel)]) }
        }
        return LabelMap(width: picture.width, height: picture.height, labels: map)
    }
}
