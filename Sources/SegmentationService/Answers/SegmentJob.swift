import HTTPTransport
import Segmentation
import Tensors

/// One picture, one class list, on a worker.
struct SegmentJob: Sendable {
    let request: SegmentRequest
    private let form: AnswerForm
    /// Kept as long as the request's bytes are.
    private let held: HeldBytes
    private let segmenter: Segmenter

    init(_ request: SegmentRequest, _ form: AnswerForm, _ held: HeldBytes, _ segmenter: Segmenter) {
        self.request = request
        self.form = form
        self.held = held
        self.segmenter = segmenter
    }

    /// Computes and answers.
    func run(_ job: Job, _ call: Call, _ context: ExecutionContext) throws {
        let waited = job.age
        job.begin(.decode)
        let picture = try Picture(request.image, orientation: request.options.orientation, context)
        job.begin(.encode)
        let encoded = try segmenter.encode(
            picture, withShapes: segmenter.needsShapes(request.options), context)
        job.begin(.fusion)
        var result = try segmenter.answer(request.classes, about: encoded, request.options, context)
        result.timings.addPicture(encoded.timings)
        result.timings.queue = waited
        job.begin(.write)
        let response = try form.response(result, of: picture, id: call.id, context)
        try job.check()
        call.answer(response.negotiated, timing: result.timings.serverTiming)
    }
}

extension StageTimings {
    /// What the picture took before any class was asked of it.
    fileprivate mutating func addPicture(_ other: StageTimings) {
        decode += other.decode
        encode += other.encode
        spectral += other.spectral
    }
}
