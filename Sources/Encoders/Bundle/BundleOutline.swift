import Foundation
public import Tensors

/// What a bundle's folder says of itself, read without its weights: enough to name it, to list it and to refuse it early.
public struct BundleOutline: Sendable {
    public let path: String
    public let configuration: BundleConfiguration
    /// SHA-256 of `bundle.json`, which holds those of all other files: the identity of the whole.
    public let digest: String

    /// Reads `bundle.json`.
    ///
    /// - Throws: ``BundleError``
    public init(_ path: String) throws {
        let file = "\(path)/bundle.json"
        guard FileManager.default.fileExists(atPath: file) else { throw BundleError.missing(path: path) }
        let bytes = try Self.read(file)
        configuration = try BundleConfiguration(parsing: bytes, path: file)
        digest = try sha256(of: bytes.span)
        self.path = path
    }

    /// Refuses a folder that lacks a file, or has a weight file whose header does not fit the networks. Neither weights
    /// nor hashes are looked at, so that this takes a fraction of a second whatever the size of the bundle.
    ///
    /// - Throws: ``BundleError``, `SafetensorsError`
    public func checkHeaders() throws {
        for name in configuration.files.keys.sorted() {
            let file = "\(path)/\(name)"
            guard FileManager.default.isReadableFile(atPath: file) else {
                throw BundleError.unreadable(path: file, "there is no such file, or not for this user")
            }
        }
        for (name, build) in configuration.networks(try tokenizer()) {
            let weights = Weights(SafetensorsOutline(try SafetensorsFile(path: place(of: name))))
            try build(weights, .unpacked)
            try weights.requireAllUsed()
        }
    }

    /// The number of elements of all weights.
    ///
    /// - Throws: ``BundleError``, `SafetensorsError`
    public var parameters: Int {
        get throws {
            let weights = [configuration.text.weights, configuration.visual.weights, configuration.spectral.weights]
            return try weights.reduce(0) { sum, name in
                let file = try SafetensorsFile(path: place(of: name))
                return sum + file.names.reduce(0) { $0 + (file.shape(of: $1) ?? []).reduce(1, *) }
            }
        }
    }

    /// The bytes of a file that `bundle.json` lists.
    func bytes(_ name: String) throws -> [UInt8] { try Self.read(place(of: name)) }

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

extension Precision {
    /// What packed weights of this many elements take, in bytes.
    public func bytes(ofWeights elements: Int) -> Int { elements * (self == .bf16 ? 2 : 4) }
}
