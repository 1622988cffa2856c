import Dispatch
import Tensors

/// A serial queue whose one block takes jobs until the queue is closed, so that it keeps its thread whatever else
/// fills Dispatch's pool.
enum Worker {
    static func start(_ number: Int, threads: Int, _ queue: JobQueue) {
        DispatchQueue(label: "worker.\(number)").async {
            let team = ThreadTeam(threads: threads)
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
