import Foundation
import Synchronization
import Testing

@testable import Tensors

@Suite("The library's own threads")
struct LibraryThreadTests {
    /// oneDNN plans a layer for as many threads as OpenMP would start from the thread that packs it, and starts them at
    /// every run: the team would then compete with threads that nobody asked for.
    @Test("a thread that packs a layer leaves OpenMP one thread there")
    func packing() throws {
        let symbol = try #require(dlsym(nil, "omp_get_max_threads"), "oneDNN's OpenMP is loaded")
        let mostThreads = unsafeBitCast(symbol, to: (@convention(c) () -> Int32).self)
        let seen = Mutex<Int32?>(nil)
        let done = DispatchSemaphore(value: 0)
        // A thread of its own, which no other test has touched.
        Thread {
            let layer = try? Linear(weight: Tensor(zeros: [8, 8]), bias: nil, engine: Engine())
            seen.withLock { $0 = layer.map { _ in mostThreads() } }
            done.signal()
        }.start()
        done.wait()
        #expect(seen.withLock { $0 } == 1)
    }
}
