public import Tensors

/// A bundle's folder whose files are the ones that its `bundle.json` was written for.
public struct BundleFolder: Sendable {
    let outline: BundleOutline

    /// Reads `bundle.json` and checks the SHA-256 of every file that it names.
    ///
    /// - Parameter progress: called on any thread when a file's hash was right, with the number of files.
    /// - Throws: ``BundleError``; what the context throws to stop.
    public init(
        _ path: String, _ context: ExecutionContext = .alone, progress: @Sendable (_ total: Int) -> Void = { _ in }
    ) throws {
        let outline = try BundleOutline(path)
        let files = outline.configuration.files.sorted { $0.key < $1.key }
        try context.forEach(files.count) { index in
            try Self.check("\(path)/\(files[index].key)", expected: files[index].value)
            progress(files.count)
        }
        self.outline = outline
    }

    private static func check(_ path: String, expected: String) throws {
        let found: String
        do { found = try sha256(ofFileAt: path) } catch HashingError.unreadable(let file, let reason) {
            throw BundleError.unreadable(path: file, reason)
        }
        guard found == expected else { throw BundleError.hash(path: path, expected: expected, found: found) }
    }

    public var path: String { outline.path }
    public var configuration: BundleConfiguration { outline.configuration }
    /// SHA-256 of `bundle.json`.
    public var digest: String { outline.digest }

    /// The bytes of a file that `bundle.json` lists.
    public func bytes(_ name: String) throws -> [UInt8] { try outline.bytes(name) }

    /// A network from a weight file all of whose tensors it must use.
    func load<Network>(_ name: String, _ build: (Weights) throws -> Network) throws -> Network {
        let weights = Weights(try SafetensorsFile(path: outline.place(of: name)))
        let network = try build(weights)
        try weights.requireAllUsed()
        return network
    }
}
