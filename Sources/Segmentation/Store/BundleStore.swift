import Encoders
import Foundation

/// The folder of pulled bundles: `bundles/NAME` holds those that are whole, `pulls` what pulls keep while they run and
/// what they remember.
public struct BundleStore: Sendable {
    public let root: String

    public init(root: String) { self.root = root }

    /// The user's store, `$XDG_CACHE_HOME/silhouette`, else `$HOME/.cache/silhouette`.
    ///
    /// - Throws: ``StoreError/setting(name:problem:)`` where neither is an absolute path.
    public init(_ environment: [String: String]) throws {
        if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
            root = cache + "/silhouette"
        } else if let home = environment["HOME"], home.hasPrefix("/") {
            root = home + "/.cache/silhouette"
        } else {
            throw StoreError.setting(
                name: "XDG_CACHE_HOME", problem: "neither it nor HOME is an absolute path, so bundles have no place")
        }
    }

    /// Where a bundle of this name lies once it was pulled.
    public func folder(of name: String) -> String { "\(root)/bundles/\(name)" }

    /// Whether the bundle was pulled.
    public func holds(_ name: String) -> Bool {
        Self.isName(name) && FileManager.default.fileExists(atPath: folder(of: name) + "/bundle.json")
    }

    /// The names of the bundles that were pulled.
    public var names: [String] {
        let found = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/bundles")) ?? []
        return found.filter(holds).sorted()
    }

    /// Whether a bundle may be named so: letters, digits, dots, dashes, underscores, no dot first.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128 && !text.hasPrefix(".")
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
    }

    /// Removes a pulled bundle; its name is free at once, also where the removal of the files takes long.
    ///
    /// - Throws: ``StoreError/notPulled(name:pulled:)``, ``StoreError/unwritable(path:reason:)``
    public func remove(_ name: String) throws {
        guard holds(name) else { throw StoreError.notPulled(name: name, pulled: names) }
        let doomed = "\(root)/bundles/.\(name).\(getpid()).removed"
        guard rename(folder(of: name), doomed) == 0 else {
            throw StoreError.unwritable(path: folder(of: name), reason: String(cString: strerror(errno)))
        }
        try? FileManager.default.removeItem(atPath: doomed)
    }

    /// Makes a folder of the store.
    func make(_ path: String) throws {
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw StoreError.unwritable(path: path, reason: "no folder can be made there")
        }
    }
}
