import Foundation
import Tensors

/// A folder that takes its name only when everything is in it; until `commit`, and whenever anything fails, there is
/// nothing under that name.
final class NewFolder {
    private let path: String
    private let partial: String
    private var isCommitted = false

    /// - Throws: ``BundleError/exists(path:)``, ``BundleError/unwritable(path:_:)``
    init(_ path: String) throws {
        let url = URL(fileURLWithPath: path)
        self.path = path
        partial = url.deletingLastPathComponent().path + "/.\(url.lastPathComponent).\(getpid()).part"
        var status = stat()
        guard lstat(url.path, &status) != 0 else { throw BundleError.exists(path: path) }
        guard mkdir(partial, 0o777) == 0 else { throw failure }
    }

    deinit {
        if !isCommitted { try? FileManager.default.removeItem(atPath: partial) }
    }

    /// Where a file of the folder lies for now.
    func place(of name: String) -> String { "\(partial)/\(name)" }

    /// - Returns: the SHA-256 of the bytes.
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        do { try Data(bytes).write(to: URL(fileURLWithPath: place(of: name))) } catch {
            throw BundleError.unwritable(path: path, error.localizedDescription)
        }
        return try sha256(of: bytes.span)
    }

    func commit() throws {
        guard rename(partial, URL(fileURLWithPath: path).path) == 0 else { throw failure }
        isCommitted = true
    }

    private var failure: BundleError { .unwritable(path: path, String(cString: strerror(errno))) }
}
