import Foundation
import Tensors

/// The SHA-256 of each file as it was when it was first pulled, kept for as long as the cache is: a file that nobody
/// else vouches for is believed once, and noticed when it changes.
struct PullRecord {
    private let path: String
    private(set) var digests: [String: String]

    /// A record that cannot be read counts as empty.
    init(_ path: String) {
        self.path = path
        let text = (try? Data(contentsOf: URL(filePath: path))).map(Array.init) ?? []
        let members = (try? JSONValue(parsing: text))?.members ?? []
        digests = members.reduce(into: [:]) { $0[$1.name] = $1.value.string }
    }

    subscript(file: HubFile) -> String? {
        get { digests[file.description] }
        set { digests[file.description] = newValue }
    }

    /// - Throws: ``StoreError/unwritable(path:reason:)``
    func write() throws {
        let members = digests.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
        do {
            try Data((JSONValue.object(members).indented + "\n").utf8).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw StoreError.unwritable(path: path, reason: error.localizedDescription)
        }
    }
}
