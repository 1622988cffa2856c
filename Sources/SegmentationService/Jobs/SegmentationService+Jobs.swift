import Dispatch
import HTTPTransport
import Segmentation
import Tensors

extension SegmentationService {
    /// A job with the service's deadline, or an earlier one. Its model is loaded where it is not.
    ///
    /// - Parameters:
    ///   - model: that it is worked on with; the job waits until that is loaded.
    ///   - timeout: milliseconds; nil for the service's.
    ///   - failed: told why there is no answer, unless the client has left.
    func job(
        _ model: Model, cost: Int, timeout: Int?,
        work: @escaping @Sendable (Job, ExecutionContext) throws -> Void,
        failed: @escaping @Sendable (any Error) -> Void
    ) -> Job {
        require(model)
        let (metrics, title) = (observation.metrics, model.title)
        return Job(
            cost: cost, timeout: .milliseconds(deadline(timeout)), canRun: { model.isSettled }, work: work
        ) { stage, time in
            metrics.count(stage, of: title, seconds: time / .seconds(1))
        } end: { job, result in
            guard case .failure(let error) = result else { return }
            switch error as? JobStop {
            case .clientLeft?: break
            case .deadline?: failed(Problem.deadlinePassed(job))
            case nil: failed(error)
            }
        }
    }

    /// Milliseconds that a request has.
    func deadline(_ timeout: Int?) -> Int {
        let limit = configuration.limits.deadline
        return min(timeout ?? limit, limit)
    }

    /// Lets jobs wait for workers, all or none.
    ///
    /// - Throws: ``Problem`` 503 where there is no room.
    func admit(_ jobs: [Job], _ call: Call) throws {
        guard !jobs.isEmpty else { return }
        do {
            try queue.admit(jobs)
        } catch {
            throw Problem(error, bounds: queue.bounds)
        }
        for job in jobs { watch(job, call) }
    }

    /// Takes the job from the queue when the client leaves or its time is up; one that runs stops by itself.
    private func watch(_ job: Job, _ call: Call) {
        call.onCancel { [weak job, queue] in
            guard let job else { return }
            job.clientLeft()
            if queue.remove(job) { job.finish(.failure(JobStop.clientLeft)) }
        }
        reading.asyncAfter(deadline: .now() + job.timeout / .seconds(1)) { [weak job, queue] in
            guard let job, queue.remove(job) else { return }
            job.finish(.failure(JobStop.deadline))
        }
    }
}
