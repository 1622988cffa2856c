import Dispatch
import Synchronization
import Tensors
import Testing

@testable import SegmentationService

@Suite("Queue, deadline, leaving")
struct QueueTests {
    private func job(_ cost: Int = 1, timeout: Duration = .seconds(60)) -> Job {
        Job(cost: cost, timeout: timeout) { _, _ in
        } end: { _, _ in
        }
    }

    @Test("jobs are taken in order, bounded by number and by cost, but a job into an empty queue always fits")
    func bounds() throws {
        let queue = JobQueue(.init(jobs: 2, cost: 10), workers: 1)
        let (first, second) = (job(50), job(1))
        try queue.admit([first])
        #expect(throws: JobQueue.Refusal.full(retryAfter: 1)) { try queue.admit([second]) }
        #expect(queue.take() === first)
        try queue.admit([job(9)])
        try queue.admit([second])
        #expect(throws: JobQueue.Refusal.full(retryAfter: 1)) { try queue.admit([job(0)]) }
        #expect(queue.load == .init(waiting: 2, waitingCost: 10, running: 1, meanSeconds: 0))
    }

    @Test("Retry-After follows from how long jobs take, and a wait past the deadline is refused at once")
    func retryAfter() throws {
        let queue = JobQueue(.init(jobs: 3, cost: 1000), workers: 1)
        try queue.admit([job()])
        _ = queue.take()
        queue.finished(seconds: 4)
        for _ in 0..<2 { try queue.admit([job()]) }
        #expect(throws: JobQueue.Refusal.tooLate(retryAfter: 12)) { try queue.admit([job(timeout: .seconds(8))]) }
        try queue.admit([job(timeout: .seconds(9))])
        #expect(throws: JobQueue.Refusal.full(retryAfter: 16)) { try queue.admit([job()]) }
    }

    @Test("a removed job is never taken, and a closed queue lets its workers go")
    func removal() throws {
        let queue = JobQueue(.init(jobs: 3, cost: 1000), workers: 1)
        let (removed, kept) = (job(), job())
        try queue.admit([removed])
        try queue.admit([kept])
        #expect(queue.remove(removed) && !queue.remove(removed))
        #expect(queue.take() === kept)
        queue.close()
        #expect(queue.take() == nil && queue.take() == nil)
        #expect(throws: JobQueue.Refusal.closed) { try queue.admit([job()]) }
    }

    @Test("a job that cannot run yet lets others go before it and is taken once it can and the workers were woken")
    func waitingForMore() throws {
        let queue = JobQueue(.init(jobs: 3, cost: 1000), workers: 1)
        let isLoaded = Mutex(false)
        let waiting = Job(cost: 1, timeout: .seconds(60), canRun: { isLoaded.withLock { $0 } }) { _, _ in
        } end: { _, _ in
        }
        let other = job()
        try queue.admit([waiting])
        try queue.admit([other])
        #expect(queue.take() === other)
        isLoaded.withLock { $0 = true }
        queue.wake()
        #expect(queue.take() === waiting)
    }

    @Test("past a full queue the answer is 503 with Retry-After, and those admitted are answered")
    func overload() throws {
        let service = try TestService(configure: { $0.limits.queue = 1 })
        let release = try service.occupyWorker()
        let waiting = try service.client()
        let body = try Array(TestService.question().compact.utf8)
        let message = TestService.message("/v1/segment", "POST", ["Content-Type: application/json"], body)
        try waiting.send(message)
        #expect(eventually { service.service.queue.load.waiting == 1 })
        let refused = try service.segment(TestService.question())
        #expect(refused.status == 503 && refused["retry-after"] == "1")
        #expect(try refused.json()["retryable"] == true && refused.json()["limit"]?.integer == 1)
        release()
        #expect(try waiting.receive().status == 200)
    }

    @Test("a deadline ends a job that waits and one that runs, and says where it was")
    func deadline() throws {
        let service = try TestService()
        let running = try service.segment(TestService.question(["a"], ["timeout_ms": 5]))
        #expect(running.status == 504)
        let stage = try #require(running.json()["stage"]?.string)
        #expect(["decode", "encode", "fusion", "queue"].contains(stage))
        let release = try service.occupyWorker()
        let waiting = try service.segment(TestService.question(["a"], ["timeout_ms": 20]))
        #expect(waiting.status == 504)
        #expect(try waiting.json()["stage"] == "queue" && waiting.json()["limit"]?.integer == 20)
        release()
        #expect(eventually { service.service.queue.load.running == 0 })
    }

    @Test("a client that leaves frees its place in the queue, and stops the work that runs")
    func leaving() throws {
        let service = try TestService()
        let message = TestService.message(
            "/v1/segment", "POST", ["Content-Type: application/json"], try Array(TestService.question().compact.utf8))
        let release = try service.occupyWorker()
        let waiting = try service.client()
        try waiting.send(message)
        #expect(eventually { service.service.queue.load.waiting == 1 })
        waiting.reset()
        #expect(eventually { service.service.queue.load.waiting == 0 })
        release()
        let running = try service.client()
        try running.send(message)
        #expect(
            eventually {
                service.service.queue.load == .init(running: 1, meanSeconds: service.service.queue.load.meanSeconds)
            })
        running.reset()
        #expect(eventually { service.service.queue.load.running == 0 })
        #expect(eventually { service.service.budget.inUse == 0 })
    }

    @Test("bodies past what all requests may hold are 503")
    func heldBytes() throws {
        let service = try TestService(configure: { $0.limits.heldBodies = 1000 })
        let refused = try service.segment(TestService.question())
        #expect(refused.status == 503)
        #expect(try refused.json()["type"] == "/problems/memory-full" && refused.json()["limit"]?.integer == 1000)
        #expect(eventually { service.service.budget.inUse == 0 })
    }

    @Test("until the bundle is checked the service is alive, not ready, and refuses work; it says when it drains")
    func phases() throws {
        let gate = DispatchSemaphore(value: 0)
        let service = try TestService(
            isReady: false,
            loading: {
                gate.wait()
                return try TestService.segmenter()
            })
        #expect(try service.ask("/livez").status == 200)
        #expect(eventually { service.service.models.first.state.name == "loading" })
        let unready = try service.ask("/readyz")
        #expect(unready.status == 503 && unready["retry-after"] != nil)
        #expect(try service.segment(TestService.question()).status == 503)
        gate.signal()
        #expect(eventually { service.service.phase == .ready })
        service.service.beginDrain()
        #expect(try service.ask("/readyz").status == 503)
        #expect(try service.segment(TestService.question()).status == 200)
    }
}
