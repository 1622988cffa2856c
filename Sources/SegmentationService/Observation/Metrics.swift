import HTTPTransport
import Synchronization

/// What the service has counted since it started. What a client sends never becomes a label.
final class Metrics: Sendable {
    struct Answers: Hashable, Sendable {
        let endpoint: Endpoint?
        let method: Method
        let status: Int
    }

    /// The methods that are told apart.
    enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case delete = "DELETE"
        case options = "OPTIONS"
        case other
    }

    struct Counts: Sendable {
        var answers: [Answers: Int] = [:]
        var durations: [Endpoint?: Histogram] = [:]
        var stages: [Stage: Histogram] = [:]
        /// By kind of problem.
        var refusals: [String: Int] = [:]
        var cancelled = 0
        var loads = 0
        var failedLoads = 0
    }

    struct Stage: Hashable, Sendable {
        /// Its title, of which there are as many as bundles were ever served.
        let model: String
        let stage: JobStage
    }

    private let state = Mutex(Counts())

    var counts: Counts { state.withLock { $0 } }

    func count(_ record: RequestRecord) {
        state.withLock { counts in
            guard let status = record.status else {
                counts.cancelled += 1
                return
            }
            let method = record.request.flatMap { Method(rawValue: $0.method) } ?? .other
            counts.answers[Answers(endpoint: record.endpoint, method: method, status: status), default: 0] += 1
            if let seconds = record.seconds { counts.durations[record.endpoint, default: Histogram()].add(seconds) }
            if let problem = record.problem { counts.refusals[problem, default: 0] += 1 }
        }
    }

    /// Counts a stage that a job has done.
    ///
    /// - Parameter model: the title of the job's model.
    func count(_ stage: JobStage, of model: String, seconds: Double) {
        state.withLock { $0.stages[Stage(model: model, stage: stage), default: Histogram()].add(seconds) }
    }

    /// Counts an attempt to load a model.
    func countLoad(isReady: Bool) {
        state.withLock { counts in
            if isReady { counts.loads += 1 } else { counts.failedLoads += 1 }
        }
    }
}
