import Foundation

/// A file's bytes as memory, for as long as this lives.
///
/// `@unchecked Sendable`: the mapping is read-only and private, and goes only with the last reference.
///
/// Replace a mapped file by renaming a complete new one over it: the mapping then keeps the old bytes. A file cut short
/// in place loses pages that reads depend on. ``checkLength()`` before a read finds that and throws; a cut in the very
/// moment of a read ends the process with SIGBUS, as with every mapped file.
final class MappedFile: @unchecked Sendable {
    let path: String
    let bytes: UnsafeRawBufferPointer
    private let descriptor: Int32

    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path) }
        do {
            bytes = try Self.map(descriptor, path)
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit {
        if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) }
        close(descriptor)
    }

    /// - Throws: ``SafetensorsError/malformed(file:_:)`` where the file has become shorter than it was.
    func checkLength() throws {
        let now = try Self.length(descriptor, path)
        guard now >= bytes.count else {
            throw SafetensorsError.malformed(file: path, .truncated(now: now, expected: bytes.count))
        }
    }

    private static func map(_ descriptor: Int32, _ path: String) throws -> UnsafeRawBufferPointer {
        let count = try length(descriptor, path)
        // No mapping has zero bytes.
        guard count > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw failure(path)
        }
        return UnsafeRawBufferPointer(start: base, count: count)
    }

    private static func length(_ descriptor: Int32, _ path: String) throws -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SafetensorsError.unreadable(file: path, reason: "not a regular file")
        }
        return Int(status.st_size)
    }

    private static func failure(_ path: String) -> SafetensorsError {
        .unreadable(file: path, reason: String(cString: strerror(errno)))
    }
}
