import ArgumentParser
import Foundation
import Tensors

/// How many threads compute.
struct ThreadOption: ParsableArguments {
    @Option(
        name: .customLong("threads"), help: "Threads to compute with; all cores when left out. No result depends on it."
    )
    var count: Int?

    func validate() throws {
        if let count, !(1...256).contains(count) {
            throw ValidationError("--threads: found \(count), expected a number from 1 to 256")
        }
    }

    /// A context that stops at Ctrl-C.
    func makeContext() -> ExecutionContext {
        Interruption.listen()
        let count = count ?? ProcessInfo.processInfo.activeProcessorCount
        return ExecutionContext(team: ThreadTeam(threads: count), checkCancellation: Interruption.check)
    }
}
