import Foundation

/// A folder of a test's own, removed with it.
final class ScratchFolder {
    let root: URL

    init() throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("silhouette-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: root)
    }

    func url(_ name: String) -> URL { root.appendingPathComponent(name) }

    func path(_ name: String) -> String { url(name).path }

    /// Writes a file and returns where it is.
    @discardableResult
    func file(_ name: String, _ content: Data = Data()) throws -> URL {
        try content.write(to: url(name))
        return url(name)
    }

    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() }
    }
}
