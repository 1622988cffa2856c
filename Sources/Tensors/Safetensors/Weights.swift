import Synchronization

/// A view of a network's tensors below one prefix; it checks shapes and values and remembers what was read.
///
/// ```swift
/// let block = weights.scope("blocks.0")
/// let weight = try block.tensor("attn.qkv.weight", [3 * width, width])   // blocks.0.attn.qkv.weight
/// ```
public struct Weights: Sendable {
    private let source: any WeightSource
    private let prefix: String
    private let read: ReadNames

    /// All that the source has.
    public init(_ source: any WeightSource) { self.init(source: source, prefix: "", read: ReadNames()) }

    private init(source: any WeightSource, prefix: String, read: ReadNames) {
        (self.source, self.prefix, self.read) = (source, prefix, read)
    }

    /// The tensors whose names start with `prefix` and a dot, below this view's own prefix.
    public func scope(_ prefix: String) -> Weights {
        Weights(source: source, prefix: self.prefix + prefix + ".", read: read)
    }

    /// A tensor of exactly this shape, all of whose elements are finite.
    ///
    /// - Throws: what the source refuses; for a file a ``SafetensorsError`` naming file, tensor, what was expected and
    ///   what was found.
    public func tensor(_ name: String, _ shape: [Int]) throws -> Tensor {
        let tensor = try source.tensor(prefix + name, shape)
        read.insert(prefix + name)
        return tensor
    }

    /// The same for a tensor that may be missing: nil then.
    public func optional(_ name: String, _ shape: [Int]) throws -> Tensor? {
        source.shape(of: prefix + name) == nil ? nil : try tensor(name, shape)
    }

    /// The shape of a tensor; nil where there is none of that name.
    public func shape(of name: String) -> [Int]? { source.shape(of: prefix + name) }

    /// Whether a tensor has this name or lies in this scope.
    public func contains(_ name: String) -> Bool {
        let whole = prefix + name
        return source.names.contains { $0 == whole || $0.hasPrefix(whole + ".") }
    }

    /// Called when every layer has been made.
    ///
    /// - Throws: ``SafetensorsError/unused(file:tensors:)`` where tensors of this scope were never read.
    public func requireAllUsed() throws {
        let unused = source.names.filter { $0.hasPrefix(prefix) && !read.contains($0) }
        guard unused.isEmpty else { throw SafetensorsError.unused(file: source.path, tensors: unused) }
    }
}

/// The names that any view of one source has read.
private final class ReadNames: Sendable {
    private let names = Mutex<Set<String>>([])

    func insert(_ name: String) { _ = names.withLock { $0.insert(name) } }

    func contains(_ name: String) -> Bool { names.withLock { $0.contains(name) } }
}
