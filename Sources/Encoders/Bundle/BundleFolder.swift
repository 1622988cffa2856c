import Foundation
import Tensors

/// A bundle's folder whose files are the ones that its `bundle.json` was written for.
public struct BundleFolder: Sendable {
    public let path: String
    public let configuration: BundleConfiguration
    /// SHA-256 of `bundle.json`.
    public let digest: String

    /// Reads `bundle.json` and checks the SHA-256 of every file that it names.
    ///
    /// - Throws: ``BundleError``
    public init(_ path: String) throws {
        let file = "\(path)/bundle.json"
        guard FileManager.default.fileExists(atPath: file) else { throw BundleError.missing(path: path) }
        let bytes = try Self.read(file)
        self.path = path
        configuration = try BundleConfiguration(parsing: bytes, path: file)
        digest = try sha256(of: bytes.span)
        for (name, expected) in configuration.files.sorted(by: { $0.key < $1.key }) {
            let found: String
            do { found = try sha256(ofFileAt: "\(path)/\(name)") } catch HashingError.unreadable(let file, let reason) {
                throw BundleError.unreadable(path: file, reason)
            }
            guard found == expected else {
                throw BundleError.hash(path: "\(path)/\(name)", expected: expected, found: found)
            }
        }
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

    private func place(of name: String) throws -> String {
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
