import Foundation

/// The right to pull a bundle of one name; it ends with this, or with the process.
final class StoreLock {
    private let descriptor: Int32

    /// Waits until nobody else has it.
    ///
    /// - Parameter waiting: called once where somebody has.
    /// - Throws: ``StoreError/unwritable(path:reason:)``; what `access` throws to stop.
    init(_ path: String, _ access: HubAccess, waiting: () -> Void) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw StoreError.unwritable(path: path, reason: String(cString: strerror(errno)))
        }
        var isFirst = true
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if isFirst { waiting() }
            isFirst = false
            try access.pause(0.1)
        }
    }

    deinit { close(descriptor) }
}
