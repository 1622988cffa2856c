import Dispatch
public import HTTPTransport
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
    let models: ModelCatalog
    /// Bodies are parsed here.
    let reading = DispatchQueue(label: "service.reading")
    /// Models are loaded here, one after the other.
    let loading = DispatchQueue(label: "service.loading")

    private struct State {
        var phase = Phase.starting
        /// Nil before the service is ready.
        var figure: MemoryFigure?
    }

    /// Begins to load and to warm up; until that is done, everything but self-description is answered 503.
    ///
    /// - Parameter whenReady: called once, on a thread of the service, with the reason where the service cannot become
    ///   ready.
    public init(
        _ configuration: ServiceConfiguration, models: ModelCatalog,
        whenReady: @escaping @Sendable (Result<Void, any Error>) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.models = models
        gate = Gate(configuration)
        observation = Observation(configuration)
        let limits = configuration.limits
        queue = JobQueue(.init(jobs: limits.queue, cost: limits.queueCost), workers: configuration.workers)
        budget = ByteBudget(limit: limits.heldBodies)
        images = ImageStore(capacity: limits.heldImages, lifetime: limits.imageLifetime, clock: configuration.clock)
        loading.async { [weak self] in self?.warmUp(whenReady) }
        sweep()
    }

    /// Lets go of pictures whose time is over also while nobody asks for any.
    private func sweep() {
        images.expire()
        reading.asyncAfter(deadline: .now() + max(1, images.lifetime / 10)) { [weak self] in self?.sweep() }
    }

    /// Loads the models that are to be there from the start, and lets the workers begin.
    private func warmUp(_ whenReady: (Result<Void, any Error>) -> Void) {
        do {
            let models = configuration.warm == .all ? models.models : [models.first]
            for model in models { try load(model) }
            let figure = MemoryFigure(
                ready: ProcessUsage.peakResidentBytes() ?? 0, loaded: models.map(\.sizes))
            for number in 0..<configuration.workers { Worker.start(number, threads: configuration.threads, queue) }
            state.withLock { state in
                state.figure = figure
                if state.phase == .starting { state.phase = .ready }
            }
            whenReady(.success(()))
        } catch {
            whenReady(.failure(error))
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
    /// What the service stays under, in bytes; 0 before it is ready.
    var memory: Int { state.withLock { $0.figure }?.bound(models.models.map(\.sizes), configuration) ?? 0 }
    /// Whether there was a model to answer with; a service that drains has one too, unless it never became ready.
    var isLoaded: Bool { state.withLock { $0.figure != nil } }

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
        case .models: call.answer(modelList)
        case .segment: segment(call, body)
        case .batch: segmentBatch(call, body)
        case .upload: upload(call, body)
        case .image: describe(call, parameter)
        case .forgetImage: forget(call, parameter)
        }
    }
}
