/// What a pull is asked for.
public enum BundleReference: Sendable, Equatable {
    /// A recipe of the package, by its name.
    case recipe(String)
    /// A recipe's file.
    case recipeFile(String)
    /// A repository that holds a whole bundle.
    case repository(String, revision: String)

    private static let scheme = "hf:"

    /// Reads `NAME`, `hf:OWNER/REPOSITORY[@REVISION]` or the path of a recipe, which ends in `.json`.
    ///
    /// - Throws: ``StoreError/badName(_:)``
    public init(_ text: String) throws {
        if text.hasPrefix(Self.scheme) {
            let parts = text.dropFirst(Self.scheme.count).split(
                separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
            let names = parts[0].split(separator: "/", omittingEmptySubsequences: false)
            guard names.count == 2, names.allSatisfy({ BundleStore.isName(String($0)) }),
                parts.count == 1 || !parts[1].isEmpty
            else { throw StoreError.badName(text) }
            self = .repository(String(parts[0]), revision: parts.count == 2 ? String(parts[1]) : "main")
        } else if text.hasSuffix(".json") {
            self = .recipeFile(text)
        } else {
            guard BundleStore.isName(text) else { throw StoreError.badName(text) }
            self = .recipe(text)
        }
    }

    /// The name under which a repository's bundle is kept.
    static func name(ofRepository repository: String, revision: String) -> String {
        let name = repository.replacing("/", with: "--")
        return revision == "main" ? name : name + "--" + revision.map { $0.isLetter || $0.isNumber ? $0 : "-" }
    }
}
