import Dispatch
import Tensors

/// A serial queue whose one block takes jobs until the queue is closed, so that it keeps its thread whatever else
/// fills Dispatch's pool.
enum Worker {
    /// - Parameters:
    ///   - prepare: runs first, on the worker's thread; without it no job is taken.
    static func start(
        _ number: Int, threads: Int, _ queue: JobQueue,
        prepare: @escaping @Sendable (ThreadTeam) -> Bool = { _ in true }
    ) {
        DispatchQueue(label: "worker.\(number)").async {
            let team = ThreadTeam(threads: threads)
            guard prepare(team) else { return }
            while let job = queue.take() { run(job, team, queue) }
        }
    }

    private static func run(_ job: Job, _ team: ThreadTeam, _ queue: JobQueue) {
        let start = ContinuousClock.now
        job.run(team)
        let isWhole = (try? job.check()) != nil
        queue.finished(seconds: isWhole ? (ContinuousClock.now - start) / .seconds(1) : nil)
    }
}
