import Foundation
import Tensors

/// Times pieces of work, each once to warm up and then `runs` times.
struct Bench {
    let runs: Int
    let context: ExecutionContext
    private(set) var rows: [Row] = []

    struct Row {
        let name: String
        /// Milliseconds, ascending.
        let times: [Double]

        var minimum: Double { times[0] }
        var median: Double { times[times.count / 2] }
    }

    init(runs: Int, context: ExecutionContext) {
        (self.runs, self.context) = (runs, context)
    }

    mutating func time(_ name: String, _ work: (ExecutionContext) throws -> Void) throws {
        try time { context in
            let start = ContinuousClock.now
            try work(context)
            return [(name, (ContinuousClock.now - start) / .milliseconds(1))]
        }
    }

    /// Work that tells for itself what its stages took, the same stages each time.
    mutating func time(_ work: (ExecutionContext) throws -> [(stage: String, milliseconds: Double)]) throws {
        let stages = try work(context).map(\.stage)
        let times = try (0..<runs).map { _ in try work(context) }
        for (index, stage) in stages.enumerated() {
            rows.append(Row(name: stage, times: times.map { $0[index].milliseconds }.sorted()))
        }
    }

    func json(_ engine: Engine, size: Int) -> JSONValue {
        [
            "engine": .string(engine.kind.rawValue), "precision": .string(engine.precision.rawValue),
            "threads": JSONValue(context.team.threads), "size": JSONValue(size), "runs": JSONValue(runs),
            "rows": .object(
                rows.map { .init($0.name, ["min": Self.rounded($0.minimum), "median": Self.rounded($0.median)]) }),
        ]
    }

    func table(_ engine: Engine, size: Int) -> String {
        let head =
            "\(engine.kind.rawValue) \(engine.precision.rawValue), \(context.team.threads) threads, "
            + "\(size)×\(size) pixels, \(runs) runs, milliseconds"
        let width = rows.map(\.name.count).max() ?? 0
        let lines = rows.map { row in
            row.name.padding(toLength: width, withPad: " ", startingAt: 0)
                + String(format: "   min %9.1f   median %9.1f", row.minimum, row.median)
        }
        return ([head] + lines).joined(separator: "\n")
    }

    private static func rounded(_ milliseconds: Double) -> JSONValue { .number((milliseconds * 100).rounded() / 100) }
}
