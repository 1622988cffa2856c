import Synchronization
import Tensors
import Testing

@Suite("A team of threads")
struct ThreadTeamTests {
    struct Failure: Error, Equatable {
        let item: Int
    }

    @Test("runs each item once, however often it is asked", arguments: 1...4)
    func eachOnce(threads: Int) throws {
        let team = ThreadTeam(threads: threads)
        for count in [0, 1, 2, 3, 17, 1000] {
            for _ in 0..<50 {
                let runs = Mutex([Int](repeating: 0, count: count))
                try team.forEach(count) { item in runs.withLock { $0[item] += 1 } }
                #expect(runs.withLock { $0 } == [Int](repeating: 1, count: count))
            }
        }
    }

    @Test("runs a loop within a loop on the thread that asks")
    func nested() throws {
        let team = ThreadTeam(threads: 3)
        let total = Atomic(0)
        try team.forEach(10) { outer in
            try team.forEach(10) { total.wrappingAdd(outer * 10 + $0, ordering: .relaxed) }
        }
        #expect(total.load(ordering: .relaxed) == 4950)
    }

    @Test("serves callers on several threads at once")
    func sharedByCallers() async {
        let team = ThreadTeam(threads: 2)
        let sums = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let total = Atomic(0)
                    for _ in 0..<100 { try? team.forEach(10) { total.wrappingAdd($0, ordering: .relaxed) } }
                    return total.load(ordering: .relaxed)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(sums == [Int](repeating: 4500, count: 8))
    }

    @Test("throws what an item throws, leaves out what was not begun, and can be used again", arguments: 1...3)
    func failure(threads: Int) throws {
        let team = ThreadTeam(threads: threads)
        let begun = Atomic(0)
        #expect(throws: Failure(item: 3)) {
            try team.forEach(100_000) { item in
                begun.wrappingAdd(1, ordering: .relaxed)
                if item == 3 { throw Failure(item: item) }
            }
        }
        #expect(begun.load(ordering: .relaxed) < 100_000)
        #expect(throws: Never.self) { try team.forEach(10) { _ in } }
    }
}
