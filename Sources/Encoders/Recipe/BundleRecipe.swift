import Tensors

/// Which files of which repositories make up a bundle, and how.
///
/// `bundle` is the bundle's `bundle.json` but for its `files`. `files` says of each of the bundle's files which file of
/// which source it comes from: weights through a mapping, or under their own names, everything else as it is.
public struct BundleRecipe: Sendable, Equatable {
    /// A repository on a hub.
    public struct Source: Sendable, Equatable {
        public let name: String
        public let repository: String
        public let revision: String
        public let license: String
        /// What is known of its files' SHA-256, by their names.
        public let digests: [String: String]
    }

    /// A file of the bundle and where it comes from.
    public struct Part: Sendable, Equatable {
        public let name: String
        /// The source's name.
        public let source: String
        public let file: String
        let mapping: TensorMapping
        /// Tensors besides the mapping's that are left out.
        let ignored: [String]
    }

    public let name: String
    /// What the bundle is good for.
    public let summary: String
    public let sources: [Source]
    public let parts: [Part]
    /// The bundle's configuration, without hashes of its files.
    public let configuration: BundleConfiguration
    let bundle: [JSONValue.Member]

    /// The files to download: each once, though several parts may come from it.
    public var downloads: [(source: Source, file: String)] {
        sources.flatMap { source in
            var seen: Set<String> = []
            return parts.filter { $0.source == source.name && seen.insert($0.file).inserted }.map { (source, $0.file) }
        }
    }
}

extension BundleRecipe {
    /// Reads the text of a recipe.
    ///
    /// - Parameters:
    ///   - path: the file, for messages.
    ///   - mapping: the mapping of a name; nil where there is none.
    /// - Throws: ``BundleError``
    public init(
        parsing bytes: [UInt8], path: String, mapping: (_ name: String) throws -> TensorMapping?
    ) throws {
        let value: JSONValue
        do { value = try JSONValue(parsing: bytes) } catch { throw BundleError.notJSON(path: path, "\(error)") }
        let fields = try BundleFields(value, path: path)
        try fields.allow("recipe", "summary", "sources", "files", "bundle")
        guard try fields.positive("recipe") == 1 else {
            throw fields.fault("recipe", "this program reads recipes of format 1 alone")
        }
        summary = try fields.string("summary")
        sources = try fields.object("sources").objectMembers().map { try Source(name: $0.name, $0.fields) }
        let names = sources.map(\.name)
        parts = try fields.object("files").objectMembers().map {
            try Part(name: $0.name, $0.fields, sources: names, mapping: mapping)
        }
        let description = try fields.object("bundle")
        bundle = value["bundle"]?.members ?? []
        guard !description.has("files") else { throw description.fault("files", "the pull writes the hashes itself") }
        configuration = try BundleConfiguration(bundle, digests: parts.map { ($0.name, Self.unknown) }, path: path)
        name = configuration.name
        let used = Set(configuration.usedFiles)
        if let part = parts.first(where: { !used.contains($0.name) }) {
            throw fields.fault("files", "the bundle does not use \(part.name); leave it out")
        }
    }

    private static let unknown = String(repeating: "0", count: 64)
}

extension BundleRecipe.Source {
    fileprivate init(name: String, _ fields: BundleFields) throws {
        try fields.allow("repository", "revision", "license", "sha256")
        self.name = name
        repository = try fields.string("repository")
        guard repository.wholeMatch(of: /[A-Za-z0-9][\w.\-]*\/[A-Za-z0-9][\w.\-]*/) != nil else {
            throw fields.fault("repository", "expected OWNER/REPOSITORY, found \"\(repository)\"")
        }
        revision = try fields.string("revision")
        license = try fields.string("license")
        digests =
            try fields.has("sha256")
            ? Dictionary(fields.object("sha256").digests()) { first, _ in first } : [:]
    }
}

extension BundleRecipe.Part {
    fileprivate init(
        name: String, _ fields: BundleFields, sources: [String], mapping: (String) throws -> TensorMapping?
    ) throws {
        try fields.allow("source", "file", "mapping", "ignored")
        self.name = name
        source = try fields.string("source")
        file = try fields.string("file")
        guard sources.contains(source) else {
            throw fields.fault("source", "\"\(source)\" is none of the sources \(sources.joined(separator: ", "))")
        }
        ignored = try fields.has("ignored") ? fields.strings("ignored") : []
        self.mapping = try Self.mapping(fields, mapping)
    }

    private static func mapping(
        _ fields: BundleFields, _ named: (String) throws -> TensorMapping?
    ) throws -> TensorMapping {
        guard fields.has("mapping") else { return .identity }
        guard let name = try fields.optionalString("mapping") else {
            return try TensorMapping(fields.object("mapping"))
        }
        guard let mapping = try named(name) else { throw fields.fault("mapping", "there is no mapping \"\(name)\"") }
        return mapping
    }
}

extension BundleConfiguration {
    /// - Parameter digests: the SHA-256 of every file.
    init(_ members: [JSONValue.Member], digests: [(String, String)], path: String) throws {
        let files = JSONValue.object(digests.map { .init($0, .string($1)) })
        try self.init(.object(members + [.init("files", files)]), path: path)
    }
}
