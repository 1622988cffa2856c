import ArgumentParser
import SegmentationService

private let limits = ServiceLimits()

/// What computes the answers.
struct ComputingFlags: ParsableArguments {
    @Option(
        help: """
            A model bundle: its folder, or a pulled one's name; may be repeated, and requests then choose by model \
            (the embedded one).
            """)
    var bundle: [String] = []

    @Option(
        help: """
            Which bundles are loaded before the service is ready: all, or first, the others then at the first request \
            for them (\(ServiceConfiguration().warm.rawValue)).
            """)
    var warm: String?

    @Option(help: "Requests computed at the same time (1).")
    var workers: String?

    @Option(help: "Threads for each request (all cores that the workers leave each other).")
    var threads: String?

    @Option(help: "The library that multiplies matrices: onednn or openblas (onednn).")
    var engine: String?

    @Option(help: "fp32, bf16, or auto: bf16 where the processor multiplies it, else fp32 (auto).")
    var precision: String?

    @Option(help: "Requests that may wait for a worker (\(limits.queue)).")
    var queue: String?

    @Option(help: "Milliseconds that an answer may take; requests may lower it (\(limits.deadline)).")
    var deadline: String?
}
