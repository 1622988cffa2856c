public import Foundation

/// A folder of a test's own, removed with it.
public final class ScratchFolder {
    public let root = FileManager.default.temporaryDirectory.appendingPathComponent("silhouette-\(UUID().uuidString)")

    public init() throws { try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: root) }

    public func url(_ name: String) -> URL { root.appendingPathComponent(name) }

    public func path(_ name: String) -> String { url(name).path }

    /// Writes a file and returns where it is.
    @discardableResult
    public func file(_ name: String, _ content: Data = Data()) throws -> URL {
        try content.write(to: url(name))
        return url(name)
    }

    /// Names of what is in it, hidden ones too.
    public var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() }
    }
}
