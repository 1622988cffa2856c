import CKernels
import Synchronization

/// A view of a weight file's tensors below one prefix; it checks shapes and values and remembers what was read.
///
/// ```swift
/// let block = weights.scope("blocks.0")
/// let weight = try block.tensor("attn.qkv.weight", [3 * width, width])   // blocks.0.attn.qkv.weight
/// ```
public struct Weights: Sendable {
    private let file: SafetensorsFile
    private let prefix: String
    private let read: ReadNames

    /// The whole file.
    public init(_ file: SafetensorsFile) { self.init(file: file, prefix: "", read: ReadNames()) }

    private init(file: SafetensorsFile, prefix: String, read: ReadNames) {
        (self.file, self.prefix, self.read) = (file, prefix, read)
    }

    /// The tensors whose names start with `prefix` and a dot, below this view's own prefix.
    public func scope(_ prefix: String) -> Weights {
        Weights(file: file, prefix: self.prefix + prefix + ".", read: read)
    }

    /// A tensor of exactly this shape, all of whose elements are finite.
    ///
    /// - Throws: ``SafetensorsError`` naming file, tensor, what was expected and what was found.
    public func tensor(_ name: String, _ shape: [Int]) throws -> Tensor {
        let name = prefix + name
        guard let found = file.shape(of: name) else {
            throw SafetensorsError.missing(file: file.path, tensor: name, expected: shape)
        }
        guard found == shape else {
            throw SafetensorsError.wrongShape(file: file.path, tensor: name, expected: shape, found: found)
        }
        read.insert(name)
        let tensor = try file.tensor(name)
        try checkFinite(tensor, name)
        return tensor
    }

    /// The same for a tensor that may be missing: nil then.
    public func optional(_ name: String, _ shape: [Int]) throws -> Tensor? {
        file.shape(of: prefix + name) == nil ? nil : try tensor(name, shape)
    }

    /// The shape of a tensor; nil where there is none of that name.
    public func shape(of name: String) -> [Int]? { file.shape(of: prefix + name) }

    /// Whether a tensor has this name or lies in this scope.
    public func contains(_ name: String) -> Bool {
        let whole = prefix + name
        return file.names.contains { $0 == whole || $0.hasPrefix(whole + ".") }
    }

    /// Called when every layer has been made.
    ///
    /// - Throws: ``SafetensorsError/unused(file:tensors:)`` where tensors of this scope were never read.
    public func requireAllUsed() throws {
        let unused = file.names.filter { $0.hasPrefix(prefix) && !read.contains($0) }
        guard unused.isEmpty else { throw SafetensorsError.unused(file: file.path, tensors: unused) }
    }

    private func checkFinite(_ tensor: Tensor, _ name: String) throws {
        let (count, shape) = (tensor.count, tensor.shape)
        let place = tensor.withUnsafeBase { weights_first_non_finite($0, count) }
        guard place < count else { return }
        var (rest, index) = (place, [Int]())
        for extent in shape.reversed() {
            index.insert(rest % extent, at: 0)
            rest /= extent
        }
        let value = tensor.withUnsafeBase { $0[place] }
        throw SafetensorsError.nonFinite(file: file.path, tensor: name, index: index, value: value)
    }
}

/// The names that any view of one file has read.
private final class ReadNames: Sendable {
    private let names = Mutex<Set<String>>([])

    func insert(_ name: String) { _ = names.withLock { $0.insert(name) } }

    func contains(_ name: String) -> Bool { names.withLock { $0.contains(name) } }
}
