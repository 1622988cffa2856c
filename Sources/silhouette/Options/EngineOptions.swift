import ArgumentParser
import Tensors

/// What runs the networks, the same for every command that does.
struct EngineOptions: ParsableArguments {
    @Option(help: "The library that multiplies matrices: onednn or openblas.")
    var engine = EngineKind.oneDNN

    @Option(help: "fp32, bf16, or auto: bf16 where the processor multiplies it, else fp32.")
    var precision = PrecisionChoice.auto

    @OptionGroup var threads: ThreadOption

    /// - Throws: `EngineError` for a precision that library and processor do not have.
    func makeEngine() throws -> Engine {
        try Engine(engine, precision: precision.resolved(for: engine))
    }

    func makeContext() -> ExecutionContext { threads.makeContext() }
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
