import Dispatch
import Synchronization

/// A fixed group of threads, made once, that share the items of one loop.
///
/// The caller of ``forEach(_:_:)`` is one of the threads. Each helper is a serial queue whose one block never returns
/// before the team goes, so it keeps its thread whatever else fills Dispatch's pool. Libraries run on one thread each:
/// the team is the only owner of parallelism.
public final class ThreadTeam: Sendable {
    /// The number of threads, the caller's included.
    public let threads: Int
    private let helpers: [Helper]
    private let isWorking = Atomic(false)

    /// - Parameter threads: at least 1, the caller's included.
    public init(threads: Int) {
        precondition(threads >= 1, "a team has at least one thread")
        self.threads = threads
        helpers = (1..<threads).map(Helper.init)
    }

    deinit { helpers.forEach { $0.leave() } }

    /// Calls `body` once for each of `0..<count`, in any order and on any thread, and waits for all.
    ///
    /// A call from within `body`, or while another thread uses the team, runs on its own thread alone.
    /// - Throws: the first error of `body`; items not begun by then are left out.
    public func forEach(_ count: Int, _ body: @Sendable (Int) throws -> Void) throws {
        let isFree = isWorking.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing)
            .exchanged
        defer { if isFree { isWorking.store(false, ordering: .releasing) } }
        try withoutActuallyEscaping(body) { body in
            let loop = SharedLoop(count: count, body: body)
            let called = isFree ? helpers.prefix(max(0, count - 1)) : []
            called.forEach { $0.start(loop) }
            loop.run()
            called.forEach { $0.finish() }
            try loop.rethrow()
        }
    }
}

/// The items of one loop, handed out one by one to whoever asks.
private final class SharedLoop: Sendable {
    private let count: Int
    private let body: @Sendable (Int) throws -> Void
    private let next = Atomic(0)
    private let failure = Mutex<(any Error)?>(nil)

    init(count: Int, body: @escaping @Sendable (Int) throws -> Void) {
        self.count = count
        self.body = body
    }

    func run() {
        while true {
            let item = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard item < count else { return }
            do {
                try body(item)
            } catch {
                failure.withLock { $0 = $0 ?? error }
                next.store(count, ordering: .relaxed)
            }
        }
    }

    func rethrow() throws {
        if let error = failure.withLock({ $0 }) { throw error }
    }
}

/// One thread that waits for loops.
private final class Helper: Sendable {
    private let loop = Mutex<SharedLoop?>(nil)
    private let wake = DispatchSemaphore(value: 0)
    private let done = DispatchSemaphore(value: 0)

    init(number: Int) {
        DispatchQueue(label: "team.\(number)").async { [self] in
            while takePart() { done.signal() }
        }
    }

    /// Waits for a loop and works on it. A function of its own because nothing may hold the loop, and so the caller's
    /// closure, once `done` is signalled.
    @inline(never)
    private func takePart() -> Bool {
        wake.wait()
        guard let loop = loop.withLock({ $0.take() }) else { return false }
        loop.run()
        return true
    }

    func start(_ work: SharedLoop) {
        loop.withLock { $0 = work }
        wake.signal()
    }

    func finish() { done.wait() }

    /// Wakes the thread without a loop, which ends it.
    func leave() { wake.signal() }
}
