import Encoders
import HTTPTransport
import Segmentation
import Synchronization
import Tensors

/// One bundle that requests may name: what it is, and its segmenter once that was loaded.
///
/// What a reload brings is another model. A request keeps the one that it was accepted for, whose memory goes with the
/// last of them.
final class Model: Sendable {
    enum State: Sendable {
        /// Known by its outline.
        case unloaded
        case loading
        case ready(Segmenter)
        /// Loading failed; it is tried again from that time on.
        case failed(until: Instant)
    }

    /// Seconds from a failed load to the next.
    static let retryTime = 60.0

    let outline: BundleOutline
    let sizes: ModelSizes
    private let source: ModelSource
    private let current = Mutex(State.unloaded)

    /// Reads the outline, and refuses what can be known to fail without reading weights.
    ///
    /// - Throws: `BundleError`, `SafetensorsError`, or what the source itself throws.
    init(_ source: ModelSource) throws {
        outline = try source.read()
        try outline.checkHeaders()
        sizes = ModelSizes(parameters: try outline.parameters, source.precision)
        self.source = source
    }

    /// With each reload the allocator would keep more memory of weights that are gone.
    deinit {
        guard isReady else { return }
        current.withLock { $0 = .unloaded }
        FreedMemory.giveBack()
    }

    var digest: String { outline.digest }
    /// What tells it from every other model that is served at the same time.
    var title: String { "\(outline.configuration.name)@\(outline.configuration.version)" }
    var state: State { current.withLock { $0 } }

    var isReady: Bool { if case .ready = state { true } else { false } }

    /// Whether a job that needs it can go on, be it to learn that there is no segmenter.
    var isSettled: Bool {
        switch state {
        case .ready, .failed: true
        case .unloaded, .loading: false
        }
    }

    /// True for the one caller that has to load it now.
    func claimLoad(at now: Instant) -> Bool {
        current.withLock { state in
            switch state {
            case .failed(let until) where now < until: return false
            case .unloaded, .failed: break
            case .loading, .ready: return false
            }
            state = .loading
            return true
        }
    }

    /// Loads and verifies on the calling thread; where others may do that too, it is claimed before.
    ///
    /// - Parameter now: tells the time, from which a failed load waits for the next.
    func load(_ context: ExecutionContext, now: () -> Instant) throws {
        current.withLock { $0 = .loading }
        do {
            let segmenter = try source.load(outline, context)
            guard segmenter.bundle.digest == digest else { throw ModelFailure.changed(path: outline.path) }
            try segmenter.verify(context)
            current.withLock { $0 = .ready(segmenter) }
        } catch {
            let until = now() + Self.retryTime
            current.withLock { $0 = .failed(until: until) }
            throw error
        }
    }

    /// Lets the next request try at once what failed.
    func allowRetry(at now: Instant) {
        current.withLock { if case .failed = $0 { $0 = .failed(until: now) } }
    }

    /// - Throws: ``Problem`` 503 where loading has just failed.
    func refuseAfterFailure(at now: Instant) throws {
        if case .failed(let until) = state, now < until { throw Problem.modelUnavailable(title, seconds: until - now) }
    }

    /// What a job that was taken goes on with.
    ///
    /// - Throws: ``Problem`` 503 where it could not be loaded.
    func segmenter(at now: Instant) throws -> Segmenter {
        switch state {
        case .ready(let segmenter): return segmenter
        case .failed(let until): throw Problem.modelUnavailable(title, seconds: until - now)
        // A failed load that was claimed anew since the job was taken.
        case .unloaded, .loading: throw Problem.modelUnavailable(title, seconds: 1)
        }
    }
}

/// What a model takes of memory, in bytes.
struct ModelSizes: Sendable, Equatable {
    /// Its packed weights.
    let weights: Int
    /// What is there besides them while it is loaded: its files, mapped, at most in fp32.
    let mapped: Int

    init(parameters: Int, _ precision: Precision) {
        weights = precision.bytes(ofWeights: parameters)
        mapped = Precision.fp32.bytes(ofWeights: parameters)
    }
}

/// Why models cannot be served as the operator asks.
enum ModelFailure: Error, Equatable, CustomStringConvertible {
    case same(title: String, first: String, second: String)
    case changed(path: String)

    var description: String {
        switch self {
        case .same(let title, let first, let second):
            "the bundles \(first) and \(second) are both \(title), so no request could tell them apart; serve one of them"
        case .changed(let path):
            "\(path)/bundle.json is another than the one that was read before; reload with SIGHUP to serve it"
        }
    }
}
