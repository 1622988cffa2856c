import Foundation

/// The bundle that is used when none is named. It is looked for from the executable's own place, since
/// `Bundle.module` ends the process once the executable has been moved.
enum EmbeddedBundle {
    static let name = "silhouette-starter"

    /// The folders that may hold it, in order: as the build leaves it, copied beside the executable, installed.
    static func candidates(executable: String) -> [String] {
        let folder = URL(fileURLWithPath: executable).deletingLastPathComponent()
        return ["silhouette_silhouette.resources", ".", "../share/silhouette"].map {
            folder.appendingPathComponent($0).appendingPathComponent(name).standardizedFileURL.path
        }
    }

    /// - Throws: `CommandFailure.noEmbeddedBundle`, naming every place.
    static func locate() throws -> String {
        let looked = candidates(executable: URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path)
        let found = looked.first { FileManager.default.fileExists(atPath: $0 + "/bundle.json") }
        guard let found else { throw CommandFailure.noEmbeddedBundle(looked: looked) }
        return found
    }
}
