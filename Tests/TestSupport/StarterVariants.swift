public import Foundation
import Tensors

/// Bundles of a test's own: the starter's files behind links, each with a `bundle.json` that says something else.
public final class StarterVariants: Sendable {
    public let root: URL

    public init() throws {
        root = FileManager.default.temporaryDirectory.appendingPathComponent("silhouette-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    public func path(_ folder: String) -> String { root.appendingPathComponent(folder).path }

    /// Makes a bundle, or gives one that is there another `bundle.json`.
    ///
    /// - Parameters:
    ///   - name: of the folder, and what the bundle calls itself.
    ///   - mean: what is taken from the pixels, which changes what the networks see; nil for the starter's.
    /// - Returns: the folder's path.
    @discardableResult
    public func write(_ name: String, version: String = "1", mean: Double? = nil) throws -> String {
        let folder = root.appendingPathComponent(name)
        if !FileManager.default.fileExists(atPath: folder.path) { try link(folder) }
        let starter = Repository.starterBundle.appendingPathComponent("bundle.json")
        var json = try JSONValue(parsing: Array(Data(contentsOf: starter)))
            .replacing("/name", .string(name)).replacing("/version", .string(version)).removing("/selftest")
        if let mean {
            json = json.replacing("/visual/preprocessing/mean", .array([.number(mean), .number(mean), .number(mean)]))
        }
        try Data(json.compact.utf8).write(to: folder.appendingPathComponent("bundle.json"), options: .atomic)
        return folder.path
    }

    private func link(_ folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        let starter = Repository.starterBundle
        for file in try FileManager.default.contentsOfDirectory(atPath: starter.path) where file != "bundle.json" {
            try FileManager.default.createSymbolicLink(
                at: folder.appendingPathComponent(file), withDestinationURL: starter.appendingPathComponent(file))
        }
    }

    /// Puts a copy in a weight file's place whose last byte is wrong: only its hash tells.
    public func damage(_ name: String) throws {
        let file = root.appendingPathComponent("\(name)/visual.safetensors")
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count - 1] ^= 1
        try FileManager.default.removeItem(at: file)
        try bytes.write(to: file)
    }

    /// Undoes ``damage(_:)``.
    public func repair(_ name: String) throws {
        let file = root.appendingPathComponent("\(name)/visual.safetensors")
        try FileManager.default.removeItem(at: file)
        try FileManager.default.createSymbolicLink(
            at: file, withDestinationURL: Repository.starterBundle.appendingPathComponent("visual.safetensors"))
    }
}
