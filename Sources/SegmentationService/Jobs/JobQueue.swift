import Dispatch
import Synchronization

/// The jobs that wait, bounded by their number and by their cost.
final class JobQueue: Sendable {
    struct Bounds: Sendable, Equatable {
        var jobs: Int
        /// Pixels × classes of all waiting jobs; what comes to an empty queue always fits.
        var cost: Int
    }

    /// What the queue is at one moment.
    struct Load: Sendable, Equatable {
        var waiting = 0
        var waitingCost = 0
        var running = 0
        /// Seconds that a job takes, the last ones counting most; 0 before the first.
        var meanSeconds = 0.0
    }

    enum Refusal: Error, Equatable {
        case full(retryAfter: Int)
        /// The job would wait past its deadline.
        case tooLate(retryAfter: Int)
        case closed
    }

    private struct State {
        var jobs: [Job] = []
        var load = Load()
        var isClosed = false
    }

    let bounds: Bounds
    private let workers: Int
    private let state = Mutex(State())
    /// Signalled once for each job admitted; a job that is removed leaves a signal over, which wakes a worker for nothing.
    /// One that cannot run yet uses its signal up, and ``wake()`` makes up for it.
    private let available = DispatchSemaphore(value: 0)

    init(_ bounds: Bounds, workers: Int) {
        self.bounds = bounds
        self.workers = workers
    }

    var load: Load { state.withLock { $0.load } }

    /// Takes jobs in, all or none, or says at once that there is no room.
    func admit(_ jobs: [Job]) throws(Refusal) {
        let cost = jobs.reduce(0) { $0 + $1.cost }
        let patience = jobs.map(\.timeout).min() ?? .zero
        try state.withLock { state throws(Refusal) in
            guard !state.isClosed else { throw .closed }
            let load = state.load
            let wait = Double(load.waiting) * load.meanSeconds / Double(workers)
            let retryAfter = max(1, Int((wait + load.meanSeconds).rounded(.up)))
            let fits = load.waiting + jobs.count <= bounds.jobs && load.waitingCost + cost <= bounds.cost
            guard load.waiting == 0 || fits else { throw .full(retryAfter: retryAfter) }
            guard load.waiting < workers || wait < patience / .seconds(1) else {
                throw .tooLate(retryAfter: retryAfter)
            }
            state.jobs += jobs
            state.load.waiting += jobs.count
            state.load.waitingCost += cost
        }
        for _ in jobs { available.signal() }
    }

    /// Waits for the next job that can run; nil once the queue is closed.
    func take() -> Job? {
        while true {
            available.wait()
            let (job, isClosed) = state.withLock { state in
                let job = state.jobs.firstIndex { $0.canRun() }.map { Self.removeJob(at: $0, &state) }
                if job != nil { state.load.running += 1 }
                return (job, state.isClosed)
            }
            if let job { return job }
            if isClosed {
                available.signal()
                return nil
            }
        }
    }

    /// To be called when jobs may have become able to run.
    func wake() {
        for _ in 0..<load.waiting { available.signal() }
    }

    /// Gives back the worker's place; called after the work has really stopped.
    ///
    /// - Parameter seconds: that the work took; nil where it was stopped, which says nothing of how long jobs take.
    func finished(seconds: Double?) {
        state.withLock { state in
            state.load.running -= 1
            guard let seconds else { return }
            let mean = state.load.meanSeconds
            state.load.meanSeconds = mean == 0 ? seconds : 0.8 * mean + 0.2 * seconds
        }
    }

    /// Takes a job out that still waits. False where it does not.
    func remove(_ job: Job) -> Bool {
        state.withLock { state in
            guard let index = state.jobs.firstIndex(where: { $0 === job }) else { return false }
            Self.removeJob(at: index, &state)
            return true
        }
    }

    /// Admits no more and lets the workers go once it has no job that can run.
    func close() {
        state.withLock { $0.isClosed = true }
        available.signal()
    }

    @discardableResult
    private static func removeJob(at index: Int, _ state: inout State) -> Job {
        let job = state.jobs.remove(at: index)
        state.load.waiting -= 1
        state.load.waitingCost -= job.cost
        return job
    }
}
