/// The memory of one or more tensors, aligned for the widest vector registers.
///
/// `@unchecked Sendable`: the memory is written only through a `Tensor` that holds the sole reference to it.
final class TensorStorage: @unchecked Sendable {
    static let alignment = 64
    let base: UnsafeMutablePointer<Float>
    private let count: Int

    init(count: Int) {
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: Self.alignment)
        base = memory.bindMemory(to: Float.self, capacity: count)
        self.count = count
    }

    var elements: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: base, count: count) }

    deinit { base.deallocate() }
}
