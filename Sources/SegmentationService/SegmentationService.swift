import Dispatch
public import HTTPTransport
public import Segmentation
import Synchronization
import Tensors

/// Answers `openapi.yaml`'s requests: reads them, queues them, lets workers compute them, and says what went wrong.
///
/// Health and everything short is answered on the transport's queue. Bodies are parsed on a serial queue of their own and
/// computed by workers, so neither holds health up.
public final class SegmentationService: RequestHandler {
    enum Phase: String, Sendable {
        case starting, ready, draining
    }

    let configuration: ServiceConfiguration
    let queue: JobQueue
    let budget: ByteBudget
    let gate: Gate
    let observation: Observation
    /// What all servers that answer for the service see.
    let transport = TransportCounters()
    private let state = Mutex(State())
    let images: ImageStore
    /// Bodies are parsed here.
    let reading = DispatchQueue(label: "service.reading")

    private struct State {
        var phase = Phase.starting
        var segmenter: Segmenter?
        /// What the service stays under, in bytes; 0 before it is ready.
        var memory = 0
    }

    /// Begins to load and to warm up; until that is done, everything but self-description is answered 503.
    ///
    /// - Parameters:
    ///   - loading: loads the bundle; called once, on a worker's thread.
    ///   - whenReady: called once, on a worker's thread, with the reason where the service cannot become ready.
    public init(
        _ configuration: ServiceConfiguration, loading: @escaping @Sendable () throws -> Segmenter,
        whenReady: @escaping @Sendable (Result<Void, any Error>) -> Void = { _ in }
    ) {
        self.configuration = configuration
        gate = Gate(configuration)
        observation = Observation(configuration)
        let limits = configuration.limits
        queue = JobQueue(.init(jobs: limits.queue, cost: limits.queueCost), workers: configuration.workers)
        budget = ByteBudget(limit: limits.heldBodies)
        images = ImageStore(capacity: limits.heldImages, lifetime: limits.imageLifetime, clock: configuration.clock)
        Worker.start(0, threads: configuration.threads, queue) { [weak self] team in
            self?.warmUp(team, loading, whenReady) ?? false
        }
        sweep()
    }

    /// Lets go of pictures whose time is over also while nobody asks for any.
    private func sweep() {
        images.expire()
        reading.asyncAfter(deadline: .now() + max(1, images.lifetime / 10)) { [weak self] in self?.sweep() }
    }

    /// Loads, asks the bundle's own question, and lets the other workers begin.
    private func warmUp(
        _ team: ThreadTeam, _ loading: () throws -> Segmenter, _ whenReady: (Result<Void, any Error>) -> Void
    ) -> Bool {
        do {
            let segmenter = try loading()
            try segmenter.verify(ExecutionContext(team: team))
            for number in 1..<max(1, configuration.workers) {
                Worker.start(number, threads: configuration.threads, queue)
            }
            let memory = MemoryFigure.bound(ready: ProcessUsage.peakResidentBytes() ?? 0, configuration)
            state.withLock { state in
                state.segmenter = segmenter
                state.memory = memory
                if state.phase == .starting { state.phase = .ready }
            }
            whenReady(.success(()))
            return true
        } catch {
            whenReady(.failure(error))
            return false
        }
    }

    /// Tells balancers to send no more; what still comes is answered.
    public func beginDrain() { state.withLock { $0.phase = .draining } }

    /// Takes no further jobs and lets the workers go.
    public func stop() { queue.close() }

    /// Waits until the access log has every request that is over, for some seconds at most; to be called before the
    /// process ends. False where that was not enough.
    @discardableResult
    public func flushAccessLog(within seconds: Double = 1) -> Bool {
        observation.accessLog?.flush(within: seconds) ?? true
    }

    var phase: Phase { state.withLock { $0.phase } }
    var segmenter: Segmenter? { state.withLock { $0.segmenter } }
    var memory: Int { state.withLock { $0.memory } }

    public func respond(to request: Request, body: RequestBody, responder: Responder) {
        let match = Endpoint.router.match(request.method, request.path)
        let client = gate.client(of: request)
        let call = Call(
            request, responder, match.endpoint, client, origins: configuration.allowedOrigins, observation)
        guard case .found(let endpoint, let parameter) = match else { return call.answer(unfound: match) }
        do throws(Problem) {
            try gate.admit(request, from: client, to: endpoint)
        } catch {
            return call.answer(error)
        }
        answer(call, endpoint, parameter ?? "", body)
        call.watch()
    }

    private func answer(_ call: Call, _ endpoint: Endpoint, _ parameter: String, _ body: RequestBody) {
        switch endpoint {
        case .discovery: call.answer(discovery)
        case .limits: call.answer(configuration.limitsJSON(memory: memory))
        case .version: call.answer(version)
        case .document: call.answer(Self.document)
        case .live: call.answer(Self.alive)
        case .metrics: call.answer(metrics.response)
        case .ready, .health: answerReadiness(call)
        case .models: answerModels(call)
        case .segment: segment(call, body)
        case .batch: segmentBatch(call, body)
        case .upload: upload(call, body)
        case .image: describe(call, parameter)
        case .forgetImage: forget(call, parameter)
        }
    }
}
