import Foundation
import Tensors

/// The part of a file that has come so far, and the tag by which the server can tell whether its file is still the same.
final class PartFile {
    private let path: String
    private let descriptor: Int32
    /// Bytes so far.
    private(set) var count: Int

    private var partial: String { path + ".part" }
    private var tagFile: String { path + ".tag" }

    /// Opens what an earlier download has left, or begins.
    ///
    /// - Parameter path: where the whole file is to be.
    /// - Throws: ``StoreError/unwritable(path:reason:)``
    init(_ path: String) throws {
        self.path = path
        descriptor = open(path + ".part", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        count = 0
        guard descriptor >= 0 else { throw failure }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure }
        count = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// The tag of the file that this is a part of; nil where there is nothing to go on from.
    var tag: String? { count > 0 ? try? String(contentsOfFile: tagFile, encoding: .utf8) : nil }

    /// Forgets what is there and begins a file of this tag.
    func restart(tag: String?) throws {
        unlink(tagFile)
        guard count == 0 || ftruncate(descriptor, 0) == 0 else { throw failure }
        count = 0
        guard let tag else { return }
        do { try tag.write(toFile: tagFile, atomically: true, encoding: .utf8) } catch { throw failure }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written < 0 && errno == EINTR { continue }
            guard written > 0 else { throw failure }
            rest = rest.dropFirst(written)
            count += written
        }
    }

    /// Makes the bytes durable and gives the file its name.
    func commit() throws {
        guard fsync(descriptor) == 0, rename(partial, path) == 0 else { throw failure }
        unlink(tagFile)
    }

    /// The SHA-256 of what has come.
    func digest() throws -> String { try sha256(ofFileAt: partial) }

    /// Leaves nothing behind.
    func discard() {
        unlink(partial)
        unlink(tagFile)
    }

    private var failure: StoreError { .unwritable(path: path, reason: String(cString: strerror(errno))) }
}
