import Foundation

/// A file that the command was told to read.
enum InputFile {
    /// - Throws: `CommandFailure.cannotRead`, with the system's reason.
    static func bytes(_ path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CommandFailure.cannotRead(path: path, reason: CommandFailure.systemReason) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            return Array(try file.readToEnd() ?? Data())
        } catch {
            throw CommandFailure.cannotRead(path: path, reason: CommandFailure.systemReason)
        }
    }
}
