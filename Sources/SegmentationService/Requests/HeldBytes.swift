import Synchronization

/// How many bytes of bodies all requests together may hold.
final class ByteBudget: Sendable {
    let limit: Int
    private let used = Atomic(0)

    init(limit: Int) { self.limit = limit }

    fileprivate func take(_ count: Int) -> Bool {
        guard used.wrappingAdd(count, ordering: .relaxed).newValue > limit else { return true }
        give(count)
        return false
    }

    fileprivate func give(_ count: Int) { used.wrappingSubtract(count, ordering: .relaxed) }

    var inUse: Int { used.load(ordering: .relaxed) }
}

/// The share of the budget that one request has taken; it is given back when the request lets go of it.
final class HeldBytes: Sendable {
    private let budget: ByteBudget
    private let count = Atomic(0)

    init(_ budget: ByteBudget) { self.budget = budget }

    deinit { budget.give(count.load(ordering: .relaxed)) }

    /// - Throws: ``Problem`` where all requests together hold too much.
    func add(_ bytes: Int) throws {
        guard budget.take(bytes) else {
            throw Problem.unavailable(
                "memory-full", "the requests being read and waiting hold all the memory there is for them",
                retryAfter: 1,
                limit: budget.limit)
        }
        count.wrappingAdd(bytes, ordering: .relaxed)
    }
}
