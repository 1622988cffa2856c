public import Encoders
import Foundation
public import Tensors

extension BundleStore {
    /// Downloads what a recipe names and makes its bundle; does nothing where the bundle is there.
    ///
    /// - Returns: the bundle's folder.
    /// - Throws: ``StoreError``; ``BundleError`` and `SafetensorsError` for a recipe or a checkpoint that does not do;
    ///   what the context throws to stop. Parts of files stay for the next attempt, everything else goes.
    public func pull(
        _ recipe: BundleRecipe, _ access: HubAccess, _ context: ExecutionContext, acceptsChanges: Bool = false,
        report: @escaping (PullEvent) -> Void = { _ in }
    ) throws -> String {
        guard Self.isName(recipe.name) else { throw StoreError.badName(recipe.name) }
        let pull = Pull(
            store: self, name: recipe.name, access: access, acceptsChanges: acceptsChanges, report: report)
        return try pull.run { record in
            for (source, name) in recipe.downloads {
                let file = HubFile(repository: source.repository, revision: source.revision, name: name)
                try pull.fetch(
                    file, as: Self.place(source.name, name), expected: source.digests[name].map { ($0, .recipe) },
                    &record)
            }
            try recipe.convert(to: folder(of: recipe.name), context) {
                "\(pull.folder)/\(Self.place($0, $1))"
            } progress: {
                report(.converting(written: $0, total: $1))
            }
            pull.removeFiles()
        }
    }

    /// Downloads a whole bundle from a repository; does nothing where it is there.
    ///
    /// - Returns: the bundle's folder.
    /// - Throws: ``StoreError``, ``BundleError``
    public func pull(
        repository: String, revision: String, _ access: HubAccess, acceptsChanges: Bool = false,
        report: @escaping (PullEvent) -> Void = { _ in }
    ) throws -> String {
        let name = BundleReference.name(ofRepository: repository, revision: revision)
        guard Self.isName(name) else { throw StoreError.badName(name) }
        let pull = Pull(store: self, name: name, access: access, acceptsChanges: acceptsChanges, report: report)
        func file(_ name: String) -> HubFile { HubFile(repository: repository, revision: revision, name: name) }
        return try pull.run { record in
            try pull.fetch(
                file("bundle.json"), as: "bundle.json", expected: nil, limit: Self.longestDescription, &record)
            let bytes = Array(try Data(contentsOf: URL(filePath: "\(pull.folder)/bundle.json")))
            let configuration = try BundleConfiguration(parsing: bytes, path: file("bundle.json").description)
            for (name, digest) in configuration.files.sorted(by: { $0.key < $1.key }) {
                try pull.fetch(file(name), as: name, expected: (digest, .bundle), &record)
            }
            guard rename(pull.folder, folder(of: name)) == 0 else {
                throw StoreError.unwritable(path: folder(of: name), reason: String(cString: strerror(errno)))
            }
        }
    }

    /// Bytes of a `bundle.json`, which is read as a whole.
    private static let longestDescription = 1 << 20

    /// Where a source's file is kept before the conversion: sources may have files of the same name.
    private static func place(_ source: String, _ file: String) -> String {
        "\(source)--\(file.replacing("/", with: "--"))"
    }
}
