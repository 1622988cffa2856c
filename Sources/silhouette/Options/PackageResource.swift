import Foundation

/// Files that come with the program. They are looked for from the executable's own place, since `Bundle.module` ends the
/// process once the executable has been moved.
enum PackageResource {
    /// Where one may stand, in order: as the build leaves it, copied beside the executable, installed.
    static func candidates(_ name: String, executable: String) -> [String] {
        let folder = URL(fileURLWithPath: executable).deletingLastPathComponent()
        return ["silhouette_silhouette.resources", ".", "../share/silhouette"].map {
            folder.appendingPathComponent($0).appendingPathComponent(name).standardizedFileURL.path
        }
    }

    /// - Parameter file: what the resource's folder must hold.
    /// - Throws: ``CommandFailure/noResource(_:looked:)``, naming every place.
    static func locate(_ name: String, holding file: String) throws -> String {
        let looked = candidates(
            name, executable: URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path)
        let found = looked.first { FileManager.default.fileExists(atPath: "\($0)/\(file)") }
        guard let found else { throw CommandFailure.noResource(name, looked: looked) }
        return found
    }
}
