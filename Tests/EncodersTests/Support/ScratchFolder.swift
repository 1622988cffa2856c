import Foundation

/// A folder that goes with this value.
final class ScratchFolder {
    private let root = FileManager.default.temporaryDirectory.appending(path: "silhouette-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: root) }

    func path(_ name: String) -> String { root.appending(path: name).path }

    /// Names of what is in it, hidden ones too.
    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() }
    }
}
