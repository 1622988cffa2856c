import Synchronization
import Tensors

/// One piece of work that waits for a worker, and then has one.
final class Job: Sendable {
    /// Pixels × classes.
    let cost: Int
    let admitted = ContinuousClock.now
    let deadline: ContinuousClock.Instant
    /// The time that the job was given.
    let timeout: Duration
    /// Whether it can be taken; until then it waits, and others are taken before it.
    let canRun: @Sendable () -> Bool
    private let work: @Sendable (Job, ExecutionContext) throws -> Void
    private let stageEnded: @Sendable (JobStage, Duration) -> Void
    private let end: @Sendable (Job, Result<Void, any Error>) -> Void
    private let clientHasLeft = Atomic(false)
    private let progress = Mutex(Progress())

    private struct Progress {
        var stage = JobStage.queue
        var since = ContinuousClock.now
        var isOver = false
    }

    /// - Parameters:
    ///   - timeout: from now on, queue included.
    ///   - canRun: asked whenever a worker looks for a job; ``JobQueue/wake()`` makes them look.
    ///   - work: runs on a worker and answers the client itself.
    ///   - stageEnded: told each stage that is done, and what it took.
    ///   - end: called once: after the work, with what it threw, or when the job is given up before it.
    init(
        cost: Int, timeout: Duration, canRun: @escaping @Sendable () -> Bool = { true },
        work: @escaping @Sendable (Job, ExecutionContext) throws -> Void,
        stageEnded: @escaping @Sendable (JobStage, Duration) -> Void = { _, _ in },
        end: @escaping @Sendable (Job, Result<Void, any Error>) -> Void
    ) {
        self.cost = cost
        self.timeout = timeout
        deadline = admitted + timeout
        self.canRun = canRun
        self.work = work
        self.stageEnded = stageEnded
        self.end = end
    }

    var stage: JobStage { progress.withLock { $0.stage } }

    func begin(_ stage: JobStage) { endStage(before: stage) }

    private func endStage(before next: JobStage?) {
        let now = ContinuousClock.now
        let (ended, since) = progress.withLock { progress in
            defer {
                progress.since = now
                if let next { progress.stage = next }
            }
            return (progress.stage, progress.since)
        }
        stageEnded(ended, now - since)
    }

    /// Seconds until the deadline, which covers the way to the client too.
    var remaining: Double { max(0, (deadline - ContinuousClock.now) / .seconds(1)) }

    /// Milliseconds since the job was admitted.
    var age: Double { (ContinuousClock.now - admitted) / .milliseconds(1) }

    func clientLeft() { clientHasLeft.store(true, ordering: .relaxed) }

    /// Throws ``JobStop`` when nobody waits any more.
    @Sendable func check() throws {
        if clientHasLeft.load(ordering: .relaxed) { throw JobStop.clientLeft }
        if ContinuousClock.now >= deadline { throw JobStop.deadline }
    }

    /// Does the work on the calling thread.
    func run(_ team: ThreadTeam) {
        let context = ExecutionContext(team: team, checkCancellation: check)
        finish(
            Result {
                try check()
                try work(self, context)
            })
    }

    /// Ends the job; a second end is no end.
    func finish(_ result: Result<Void, any Error>) {
        let isFirst = progress.withLock { progress in
            defer { progress.isOver = true }
            return !progress.isOver
        }
        guard isFirst else { return }
        if case .success = result { endStage(before: nil) }
        end(self, result)
    }
}
