import Foundation

/// A file that takes its name only when it is complete: until `commit`, and whenever anything fails, an existing file
/// of that name stays as it is.
final class ReplacementFile {
    private let name: String
    private let destination: String
    private let partial: String
    private var descriptor: Int32

    /// Opens an empty file beside the one that `path` names, under a hidden name. Something that is no regular file
    /// (a terminal, `/dev/null`, a pipe) is written directly: it has no content to keep.
    /// - Throws: `CommandFailure.cannotWrite`, `.outputIsFolder`.
    init(_ path: String) throws {
        name = path
        // A link stays a link: what it points at is replaced.
        destination = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        switch Self.kind(of: destination) {
        case .typeDirectory:
            throw CommandFailure.outputIsFolder(path: path)
        case .typeRegular, nil:
            let url = URL(fileURLWithPath: destination)
            partial = url.deletingLastPathComponent().path + "/.\(url.lastPathComponent).\(getpid()).part"
            descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        default:
            partial = destination
            descriptor = open(partial, O_WRONLY | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw failure }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        if partial != destination { unlink(partial) }
    }

    func append(_ bytes: [UInt8]) throws {
        do {
            try FileHandle(fileDescriptor: descriptor).write(contentsOf: Data(bytes))
        } catch {
            throw failure
        }
    }

    /// Makes the content durable and gives it its name.
    func commit() throws {
        if partial != destination {
            guard fsync(descriptor) == 0, rename(partial, destination) == 0 else { throw failure }
        }
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0 else { throw failure }
    }

    /// Finds out before any computing whether a file of this name could be written.
    static func check(_ path: String) throws {
        _ = try ReplacementFile(path)
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        let file = try ReplacementFile(path)
        try file.append(bytes)
        try file.commit()
    }

    private var failure: CommandFailure { .cannotWrite(path: name, reason: CommandFailure.systemReason) }

    private static func kind(of path: String) -> FileAttributeType? {
        try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    }
}
