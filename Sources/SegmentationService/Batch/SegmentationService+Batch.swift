import HTTPTransport
import Segmentation
import Tensors

extension SegmentationService {
    /// `POST /v1/segment/batch`: one job for each picture, one answer for all.
    func segmentBatch(_ call: Call, _ body: RequestBody) {
        do {
            try AnswerForm.requireJSON(accept: call.request.fields.values(of: "accept"))
            read(call, body, [.json, .multipart]) { [self] received in
                let request = try BatchRequest(received.content, received.query, configuration.limits)
                _ = try model(request.model)
                let end = ContinuousClock.now + .milliseconds(configuration.limits.deadline)
                let answer = BatchAnswer(count: request.items.count) { results in
                    var response = Response.json(["id": .string(call.id), "results": .array(results)])
                    response.takenWithin = max(0, (end - .now) / .seconds(1))
                    call.answer(response)
                }
                let jobs = request.items.enumerated().compactMap { index, item in
                    self.job(for: item, at: index, answer, received, call)
                }
                try admit(jobs, call)
            }
        } catch {
            call.answer(error)
        }
    }

    /// Nil where the item is answered already.
    private func job(
        for item: Result<SegmentRequest, any Error>, at index: Int, _ answer: BatchAnswer, _ received: Received,
        _ call: Call
    ) -> Job? {
        let failed: @Sendable (any Error) -> Void = { error in
            answer.set(index, problem: call.problem(for: error).inBatch(at: index), call)
        }
        do {
            let request = try item.get()
            let work = try segmentJob(request, call)
            let (header, cost) = try work.measured()
            if request.options.isDryRun {
                answer.set(
                    index, result: Self.dryRun(header, cost, deadline(request.options.timeout), queue.load))
                return nil
            }
            let compute: @Sendable (Job, ExecutionContext) throws -> Void = { [held = received.held] job, context in
                try withExtendedLifetime(held) {
                    answer.set(index, result: try work.run(job, context).0.json(id: "\(call.id)-\(index)"))
                }
            }
            return job(work.model, cost: cost, timeout: request.options.timeout, work: compute, failed: failed)
        } catch {
            failed(error)
            return nil
        }
    }
}
