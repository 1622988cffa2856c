/// A dense array of 32-bit floats, row-major, with value semantics.
///
/// Slices and reshapes share storage; the first write to a shared storage copies it. The project's layout is channels
/// last: tokens are `[N, D]`, maps `[H, W, C]`, pictures `[H, W, 3]`, so that a map is also the matrix of its pixels.
public struct Tensor: Sendable {
    /// Extents, slowest axis first. Never negative; `[]` is a scalar.
    public let shape: [Int]
    private(set) var storage: TensorStorage
    /// Index in `storage` of the first element.
    let offset: Int

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// What the elements take in memory.
    public var byteCount: Int { count * MemoryLayout<Float>.stride }

    init(shape: [Int], storage: TensorStorage, offset: Int = 0) {
        precondition(shape.allSatisfy { $0 >= 0 }, "a tensor has no negative extent")
        self.shape = shape
        self.storage = storage
        self.offset = offset
    }

    /// A tensor of the given elements, slowest axis first. `values.count` must equal the product of `shape`.
    public init(_ shape: [Int], _ values: [Float]) {
        self.init(uninitialized: shape)
        precondition(values.count == count, "\(values.count) values do not fill a tensor of shape \(shape)")
        values.withUnsafeBufferPointer { storage.elements.update(fromContentsOf: $0) }
    }

    /// A tensor whose elements are all 0.
    public init(zeros shape: [Int]) {
        self.init(uninitialized: shape)
        storage.elements.update(repeating: 0)
    }

    /// Zeros that take no memory until they are written, for shapes whose elements nobody needs.
    init(blank shape: [Int]) {
        self.init(shape: shape, storage: TensorStorage(zeroPages: shape.reduce(1, *)))
    }

    /// A tensor that `body` fills; its elements hold anything before.
    public init(_ shape: [Int], initializedBy body: (inout MutableSpan<Float>) throws -> Void) rethrows {
        self.init(uninitialized: shape)
        try withMutableSpan(body)
    }

    /// For kernels of this module that write every element.
    init(uninitialized shape: [Int]) {
        self.init(shape: shape, storage: TensorStorage(count: shape.reduce(1, *)))
    }

    /// A copy of the elements, slowest axis first.
    public var values: [Float] { withUnsafeElements(Array.init) }

    /// One element. For single look-ups; loops go through ``withSpan(_:)``.
    public subscript(_ index: Int...) -> Float {
        precondition(index.count == shape.count, "\(index.count) indices for the shape \(shape)")
        var position = 0
        for (axis, place) in index.enumerated() {
            precondition((0..<shape[axis]).contains(place), "index \(index) outside the shape \(shape)")
            position = position * shape[axis] + place
        }
        return withUnsafeElements { $0[position] }
    }

    /// Reads the elements in place.
    public func withSpan<R>(_ body: (Span<Float>) throws -> R) rethrows -> R {
        try withUnsafeElements { try body(Span(_unsafeElements: $0)) }
    }

    /// Writes the elements in place; a storage that is shared is copied first.
    public mutating func withMutableSpan<R>(_ body: (inout MutableSpan<Float>) throws -> R) rethrows -> R {
        let count = count
        return try withUnsafeMutableBase {
            var span = MutableSpan(_unsafeStart: $0, count: count)
            return try body(&span)
        }
    }

    /// The same elements under another shape of the same count. Shares storage.
    public func reshaped(_ shape: [Int]) -> Tensor {
        let result = Tensor(shape: shape, storage: storage, offset: offset)
        precondition(result.count == count, "\(self.shape) cannot be seen as \(shape)")
        return result
    }

    /// The slice `range` of the first axis. Shares storage.
    public func rows(_ range: Range<Int>) -> Tensor {
        precondition(
            !shape.isEmpty && range.lowerBound >= 0 && range.upperBound <= shape[0], "rows \(range) of \(shape)")
        let row = shape.dropFirst().reduce(1, *)
        return Tensor(
            shape: [range.count] + shape.dropFirst(), storage: storage, offset: offset + range.lowerBound * row)
    }

    /// The elements' address; valid while `body` runs.
    func withUnsafeBase<R>(_ body: (UnsafePointer<Float>) throws -> R) rethrows -> R {
        try withExtendedLifetime(storage) { try body(UnsafePointer(storage.base + offset)) }
    }

    /// The elements' address for writing, after the storage has been made this tensor's own; valid while `body` runs.
    mutating func withUnsafeMutableBase<R>(_ body: (UnsafeMutablePointer<Float>) throws -> R) rethrows -> R {
        makeUnique()
        return try withExtendedLifetime(storage) { try body(storage.base + offset) }
    }

    private func withUnsafeElements<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
        try withUnsafeBase { try body(UnsafeBufferPointer(start: $0, count: count)) }
    }

    private mutating func makeUnique() {
        guard storage.isReadOnly || !isKnownUniquelyReferenced(&storage) else { return }
        let copy = TensorStorage(count: count)
        withUnsafeElements { copy.elements.update(fromContentsOf: $0) }
        self = Tensor(shape: shape, storage: copy)
    }
}

extension UnsafeMutableBufferPointer {
    /// Copies `source` to the front of this memory; both hold trivial elements.
    func update(fromContentsOf source: UnsafeBufferPointer<Element>) {
        guard let origin = source.baseAddress, !source.isEmpty else { return }
        baseAddress?.update(from: origin, count: source.count)
    }
}

extension Tensor? {
    /// The elements' address, null without a tensor; valid while `body` runs.
    func withUnsafeBase<R>(_ body: (UnsafePointer<Float>?) throws -> R) rethrows -> R {
        guard let self else { return try body(nil) }
        return try self.withUnsafeBase { try body($0) }
    }
}
