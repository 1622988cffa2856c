import HTTPTransport
import Segmentation

extension SegmentationService {
    /// `POST /v1/segment`.
    func segment(_ call: Call, _ body: RequestBody) {
        do {
            let view = try QueryParameters(call.request.query).single("view")
            let form = try AnswerForm(accept: call.request.fields.values(of: "accept"), view: view)
            read(call, body, RequestForm.Kind.allCases) { [self] received in
                let request = try SegmentRequest(received.content, received.query, configuration.limits.request)
                try segment(request, form, received, call)
            }
        } catch {
            call.answer(error)
        }
    }

    private func segment(
        _ request: SegmentRequest, _ form: AnswerForm, _ received: Received, _ call: Call
    ) throws {
        let work = try segmentJob(request, call)
        let (header, cost) = try work.measured()
        if request.options.isDryRun {
            let answer = Self.dryRun(header, cost, deadline(request.options.timeout), queue.load)
            return call.answer(.json(answer).negotiated)
        }
        let job = job(work.model, cost: cost, timeout: request.options.timeout) { [held = received.held] job, context in
            try withExtendedLifetime(held) {
                let (result, picture) = try work.run(job, context)
                var response = try form.response(result, of: picture, id: call.id, context)
                try job.check()
                response.takenWithin = job.remaining
                call.answer(response.negotiated, timing: result.timings.serverTiming)
            }
        } failed: { error in
            call.answer(error)
        }
        try admit([job], call)
    }

    /// - Throws: ``Problem`` 422 for a model that is not served, 404 for a picture that is not held for this client.
    func segmentJob(_ request: SegmentRequest, _ call: Call) throws -> SegmentJob {
        let model = try model(request.options.model)
        return SegmentJob(
            picture: try picture(request, of: model, call), classes: request.classes, options: request.options,
            model: model, clock: configuration.clock)
    }

    private func picture(_ request: SegmentRequest, of model: Model, _ call: Call) throws -> AskedPicture {
        switch request.image {
        case .bytes(let bytes): return .bytes(bytes)
        case .held(let reference):
            guard let image = images.use(reference, by: call.owner) else { throw Problem.notHeld("\(reference)") }
            guard image.orientation == request.options.segmentation.orientation else { return .bytes(image.bytes) }
            return .held(image) { [images, owner = call.owner] encoded in
                images.add(encoded, of: model.digest, to: image, for: owner)
            }
        }
    }
}
