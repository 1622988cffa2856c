import CEpoll
import Dispatch
import Glibc
import Synchronization

/// What a descriptor is ready for.
struct Readiness: OptionSet {
    var rawValue: UInt32

    static let readable = Readiness(rawValue: UInt32(cepoll_readable))
    static let writable = Readiness(rawValue: UInt32(cepoll_writable))
    /// The connection was reset, or both directions are closed; told whether asked for or not.
    static let broken = Readiness(rawValue: UInt32(cepoll_failed | cepoll_hung_up))
}

/// Something with a descriptor that the loop watches.
protocol EventHandler: AnyObject {
    func becameReady(_ readiness: Readiness)
    /// The time has come to look at deadlines.
    func checkDeadlines(now: Instant)
}

/// All descriptors of a server on one serial queue: one dispatch source on an epoll descriptor, read once per event.
///
/// A serial queue answers although workers fill Dispatch's pool, and one source for all is twice as fast as a source for
/// each.
///
/// `@unchecked Sendable`: but for `thread`, `queue` and constants, everything is touched on the queue only.
final class EventLoop: @unchecked Sendable {
    private struct Slot {
        var handler: (any EventHandler)?
        /// Told apart from an earlier descriptor of the same number, for which an event may still wait in the batch.
        var generation: UInt32 = 0
    }

    let clock: TransportClock
    private(set) var now: Instant
    private(set) var date: String
    /// Where every read goes first, so that idle connections hold no buffer.
    let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
    private let queue = DispatchQueue(label: "http.transport")
    private let thread = Atomic<UInt>(0)
    private let epoll: Int32
    private var slots: [Slot] = []
    private var events = [cepoll_event](repeating: cepoll_event(), count: 256)
    private var source: (any DispatchSourceRead)?
    private var timer: (any DispatchSourceTimer)?
    private var onTick: (@Sendable (Instant) -> Void)?
    private var second: time_t
    /// Whether the dispatch source closes the descriptor.
    private var hasStarted = false

    init(clock: TransportClock) throws(TransportError) {
        self.clock = clock
        now = clock.now()
        second = time(nil)
        date = HTTPDate.format(second)
        epoll = cepoll_create()
        guard epoll >= 0 else { throw .systemCall("epoll_create1", errno) }
    }

    deinit {
        scratch.deallocate()
        if !hasStarted { close(epoll) }
    }

    /// Begins to wait for events. The loop keeps itself alive until ``stop()``.
    ///
    /// - Parameter onTick: called after all handlers have looked at their deadlines.
    func start(onTick: @escaping @Sendable (Instant) -> Void) {
        hasStarted = true
        self.onTick = onTick
        let source = DispatchSource.makeReadSource(fileDescriptor: epoll, queue: queue)
        source.setEventHandler { [self] in enter { takeEvents() } }
        source.setCancelHandler { [epoll] in close(epoll) }
        source.resume()
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now() + 0.5, repeating: 0.5, leeway: .milliseconds(50))
        timer.setEventHandler { [self] in enter { checkDeadlines() } }
        timer.resume()
        (self.source, self.timer) = (source, timer)
    }

    func stop() {
        source?.cancel()
        timer?.cancel()
        (source, timer) = (nil, nil)
        onTick = nil
    }

    /// Runs `work` on the loop: at once when called from it, else later.
    func run(_ work: @escaping @Sendable () -> Void) {
        if thread.load(ordering: .relaxed) == UInt(pthread_self()) {
            work()
        } else {
            queue.async { [self] in enter(work) }
        }
    }

    /// Runs `work` on the loop and waits for it. Never called from the loop.
    func wait<Result>(_ work: () throws -> Result) rethrows -> Result {
        try queue.sync { try enter(work) }
    }

    private func checkDeadlines() {
        for slot in slots { slot.handler?.checkDeadlines(now: now) }
        onTick?(now)
    }

    /// Looks at all deadlines and waits for that. Never called from the loop.
    func tick() {
        wait { checkDeadlines() }
    }

    private func enter<Result>(_ work: () throws -> Result) rethrows -> Result {
        thread.store(UInt(pthread_self()), ordering: .relaxed)
        defer { thread.store(0, ordering: .relaxed) }
        now = clock.now()
        let second = time(nil)
        if second != self.second {
            self.second = second
            date = HTTPDate.format(second)
        }
        return try work()
    }

    private func takeEvents() {
        let count = cepoll_take(epoll, &events, Int32(events.count))
        for index in 0..<max(0, Int(count)) {
            let event = events[index]
            let slot = slots[Int(event.token & 0xFFFF_FFFF)]
            guard slot.generation == UInt32(event.token >> 32) else { continue }
            slot.handler?.becameReady(Readiness(rawValue: event.events))
        }
    }
}

extension EventLoop {
    func add(_ handler: any EventHandler, _ descriptor: Int32, _ interest: Readiness) throws(TransportError) {
        let index = Int(descriptor)
        while slots.count <= index { slots.append(Slot()) }
        slots[index].generation &+= 1
        slots[index].handler = handler
        guard cepoll_add(epoll, descriptor, interest.rawValue, token(descriptor)) == 0 else {
            slots[index].handler = nil
            throw .systemCall("epoll_ctl", errno)
        }
    }

    func setInterest(_ descriptor: Int32, _ interest: Readiness) {
        // Fails only for a descriptor that is not watched, which would be a fault of ours.
        let result = cepoll_modify(epoll, descriptor, interest.rawValue, token(descriptor))
        assert(result == 0, "the descriptor is watched")
    }

    /// Forgets the descriptor; closing it takes it out of epoll.
    func forget(_ descriptor: Int32) {
        slots[Int(descriptor)].handler = nil
    }

    private func token(_ descriptor: Int32) -> UInt64 {
        UInt64(slots[Int(descriptor)].generation) << 32 | UInt64(UInt32(descriptor))
    }
}
