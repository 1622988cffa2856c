public import Encoders
import Imaging
import Spectral
public import Tensors

/// The figure of the paper: text → encoder → spectral → fusion.
///
/// CLIP's text encoder says what each class means, the visual encoder what each place of the picture shows, the
/// eigenvectors of the self-supervised affinity where shapes end, and fusion joins them. Liu et al., *Delving into
/// Shape-aware Zero-shot Semantic Segmentation*, CVPR 2023.
///
/// Weights are shared and never change; any number of threads may use one segmenter, each with a context of its own.
public struct Segmenter: Sendable {
    public let bundle: ModelBundle
    /// Of the class lists that it answers.
    public let limits: RequestLimits
    private let prompts = PromptCache()

    /// - Throws: ``SegmentationError/bundle(name:problem:)`` when the bundle's parts do not fit together.
    public init(_ bundle: ModelBundle, limits: RequestLimits = RequestLimits()) throws {
        try bundle.configuration.requireFittingParts(dimension: bundle.visual.dimension)
        self.bundle = bundle
        self.limits = limits
    }

    /// The rule of a request: its own, else the bundle's.
    public func rule(for options: SegmentationOptions) -> FusionRule {
        options.fusion ?? bundle.configuration.fusion.rule
    }

    /// Whether the spectral stage has to run for a request.
    public func needsShapes(_ options: SegmentationOptions) -> Bool {
        rule(for: options) != .none || options.include.contains(.eigensegments)
    }

    /// Answers one request about a picture.
    ///
    /// - Throws: ``SegmentationError`` for a class list that no request may hold, or logits that are not finite; what
    ///   the context throws to stop.
    public func segment(
        _ picture: Picture, into classes: [ClassQuery], _ options: SegmentationOptions,
        _ context: ExecutionContext
    ) throws -> SegmentationResult {
        var timings = StageTimings()
        let text = try timings.measure(\.text) { try embed(classes, options, context) }
        let encoded = try encode(picture, withShapes: needsShapes(options), context)
        return try answer(classes, text, encoded, options, timings + encoded.timings, context)
    }

    /// Answers another request about a picture that was encoded before: only text and fusion are paid for. The answer is
    /// the same as for a picture that comes with its request: shapes that the request does not need are not looked at.
    ///
    /// - Throws: as ``segment(_:into:_:_:)``
    public func answer(
        _ classes: [ClassQuery], about encoded: EncodedPicture, _ options: SegmentationOptions,
        _ context: ExecutionContext
    ) throws -> SegmentationResult {
        var timings = StageTimings()
        let text = try timings.measure(\.text) { try embed(classes, options, context) }
        let asked = needsShapes(options) ? encoded : encoded.withoutShapes
        return try answer(classes, text, asked, options, timings, context)
    }

    private func answer(
        _ classes: [ClassQuery], _ text: ClassEmbeddings, _ encoded: EncodedPicture, _ options: SegmentationOptions,
        _ timings: StageTimings, _ context: ExecutionContext
    ) throws -> SegmentationResult {
        var timings = timings
        let answer = try timings.measure(\.fusion) {
            try Answer(evidence(text, encoded, context), terms(classes, options), context)
        }
        return try SegmentationResult(answer, classes, encoded, options, model: identity, timings, context)
    }

    /// `T`, and the background prompts.
    func embed(
        _ classes: [ClassQuery], _ options: SegmentationOptions, _ context: ExecutionContext
    ) throws -> ClassEmbeddings {
        try ClassQuery.validate(classes, limits: limits)
        let texts = bundle.configuration.prompts
        return try ClassEmbeddings(
            texts: classes.map { $0.texts(templates: texts.templates) },
            background: options.background.prompts(else: texts.background)
        ) { texts in
            try prompts.embeddings(of: texts) { missing in
                let rows = try bundle.text.embed(missing, context)
                return missing.indices.map { rows.rows($0..<$0 + 1).values }
            }
        }
    }

    /// What networks and texts say of each other.
    func evidence(
        _ text: ClassEmbeddings, _ encoded: EncodedPicture, _ context: ExecutionContext
    ) throws -> Evidence {
        Evidence(
            cosines: try cosines(text, encoded.embeddings, context), classes: text.classes,
            picture: encoded.facts.size, shapes: encoded.shapes)
    }

    /// `V · Tᵀ`: `[h, w, C + B]`.
    private func cosines(
        _ text: ClassEmbeddings, _ embeddings: Tensor, _ context: ExecutionContext
    ) throws -> Tensor {
        let (height, width) = (embeddings.shape[0], embeddings.shape[1])
        let positions = embeddings.reshaped([height * width, embeddings.shape[2]])
        let cosines = try product(positions, transposed: text.rows, context)
        guard cosines.withSpan({ span in span.indices.allSatisfy { span[$0].isFinite } }) else {
            throw SegmentationError.nonFiniteLogits(bundle: bundle.configuration.name)
        }
        return cosines.reshaped([height, width, text.rows.shape[0]])
    }

    /// The bundle's numbers and the request's wishes.
    func terms(_ classes: [ClassQuery], _ options: SegmentationOptions) -> AnswerTerms {
        let configuration = bundle.configuration
        let presence = PresenceModel(configuration.presence)
        return AnswerTerms(
            scale: configuration.logitScale, fusion: FusionParameters(configuration.fusion),
            rule: rule(for: options), presence: presence,
            thresholds: classes.map { $0.threshold ?? options.presenceThreshold ?? presence.threshold },
            minArea: options.minArea, backgroundIsOn: options.background != .none)
    }

    private var identity: SegmentationResult.ModelIdentity {
        .init(
            name: bundle.configuration.name, version: bundle.configuration.version, digest: "sha256:\(bundle.digest)")
    }
}

extension Background {
    /// The texts that stand for it. Without a background they still measure presence.
    fileprivate func prompts(else own: [String]) -> [String] {
        if case .prompt(let text) = self { [text] } else { own }
    }
}
