import Foundation
public import Tensors

/// A bundle's folder whose files are the ones that its `bundle.json` was written for.
public struct BundleFolder: Sendable {
    public let path: String
    public let configuration: BundleConfiguration
    /// SHA-256 of `bundle.json`.
    public let digest: String

    /// Reads `bundle.json` and checks the SHA-256 of every file that it names.
    ///
    /// - Parameter progress: called on any thread when a file's hash was right, with the number of files.
    /// - Throws: ``BundleError``; what the context throws to stop.
    public init(
        _ path: String, _ context: ExecutionContext = .alone, progress: @Sendable (_ total: Int) -> Void = { _ in }
    ) throws {
        let file = "\(path)/bundle.json"
        guard FileManager.default.fileExists(atPath: file) else { throw BundleError.missing(path: path) }
        let bytes = try Self.read(file)
        let configuration = try BundleConfiguration(parsing: bytes, path: file)
        let files = configuration.files.sorted { $0.key < $1.key }
        try context.forEach(files.count) { index in
            try Self.check("\(path)/\(files[index].key)", expected: files[index].value)
            progress(files.count)
        }
        self.path = path
        self.configuration = configuration
        digest = try sha256(of: bytes.span)
    }

    private static func check(_ path: String, expected: String) throws {
        let found: String
        do { found = try sha256(ofFileAt: path) } catch HashingError.unreadable(let file, let reason) {
            throw BundleError.unreadable(path: file, reason)
        }
        guard found == expected else { throw BundleError.hash(path: path, expected: expected, found: found) }
    }

    /// The bytes of a file that `bundle.json` lists.
    public func bytes(_ name: String) throws -> [UInt8] { try Self.read(place(of: name)) }

    /// The tokenizer of the text encoder.
    func tokenizer() throws -> BytePairTokenizer {
        let text = configuration.text
        do {
            return try BytePairTokenizer(vocabulary: bytes(text.vocabulary), merges: bytes(text.merges))
        } catch let fault as TokenizerError {
            throw BundleError.tokenizer(
                vocabulary: "\(path)/\(text.vocabulary)", merges: "\(path)/\(text.merges)", fault)
        }
    }

    /// A network from a weight file all of whose tensors it must use.
    func load<Network>(_ name: String, _ build: (Weights) throws -> Network) throws -> Network {
        let weights = Weights(try SafetensorsFile(path: place(of: name)))
        let network = try build(weights)
        try weights.requireAllUsed()
        return network
    }

    func place(of name: String) throws -> String {
        guard configuration.files[name] != nil else {
            throw BundleError.unlisted(path: "\(path)/bundle.json", file: name)
        }
        return "\(path)/\(name)"
    }

    private static func read(_ path: String) throws -> [UInt8] {
        do { return Array(try Data(contentsOf: URL(filePath: path))) } catch {
            throw BundleError.unreadable(path: path, error.localizedDescription)
        }
    }
}
