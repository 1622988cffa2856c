import Foundation
import Synchronization

/// Ctrl-C as something that a computation asks about between its tiles, so that it unwinds and leaves nothing behind;
/// a second Ctrl-C ends the process at once.
enum Interruption {
    private static let requested = Atomic(false)

    static func listen() {
        // The first access initialises the flag, which a signal handler must not.
        requested.store(false, ordering: .relaxed)
        signal(SIGINT) { _ in
            if Interruption.requested.exchange(true, ordering: .relaxed) { _exit(CommandFailure.interruptedStatus) }
        }
    }

    static func check() throws {
        if requested.load(ordering: .relaxed) { throw CommandFailure.interrupted }
    }
}
