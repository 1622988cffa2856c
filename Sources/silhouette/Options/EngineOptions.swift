import ArgumentParser
import Encoders
import Foundation
import Segmentation
import Tensors

/// What runs the networks, the same for every command that does.
struct EngineOptions: ParsableArguments {
    @Option(help: "The library that multiplies matrices: onednn or openblas.")
    var engine = EngineKind.oneDNN

    @Option(help: "fp32, bf16, or auto: bf16 where the processor multiplies it, else fp32.")
    var precision = PrecisionChoice.auto

    @Option(help: "Threads to compute with. The answer does not depend on it.")
    var threads: Int?

    func validate() throws {
        if let threads, !(1...256).contains(threads) {
            throw ValidationError("--threads: found \(threads), expected a number from 1 to 256")
        }
    }

    /// - Throws: `EngineError` for a precision that library and processor do not have.
    func makeEngine() throws -> Engine {
        try Engine(engine, precision: precision.resolved(for: engine))
    }

    /// A context that stops at Ctrl-C.
    func makeContext() -> ExecutionContext {
        Interruption.listen()
        let count = threads ?? ProcessInfo.processInfo.activeProcessorCount
        return ExecutionContext(team: ThreadTeam(threads: count), checkCancellation: Interruption.check)
    }
}

/// A precision, or the choice left to the processor.
enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, fp32, bf16

    func resolved(for engine: EngineKind) -> Precision {
        switch self {
        case .fp32: .fp32
        case .bf16: .bf16
        case .auto: engine == .oneDNN && Engine.processorHasBF16 ? .bf16 : .fp32
        }
    }
}

