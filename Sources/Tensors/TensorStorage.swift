import Foundation

/// The memory of one or more tensors, aligned for the widest vector registers.
///
/// `@unchecked Sendable`: the memory is written only through a `Tensor` that holds the sole reference to it.
final class TensorStorage: @unchecked Sendable {
    static let alignment = 64
    let base: UnsafeMutablePointer<Float>
    /// Whether writing needs a copy first, even with a sole reference.
    let isReadOnly: Bool
    private let count: Int

    init(count: Int) {
        base = StorageCache.shared.take(bytes: Self.bytes(count)).bindMemory(to: Float.self, capacity: count)
        self.count = count
        isReadOnly = false
    }

    /// Zeros that take addresses but no memory: every page is the system's one page of zeros.
    init(zeroPages count: Int) {
        let bytes = Self.bytes(count)
        let memory = mmap(nil, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
        guard let memory, memory != MAP_FAILED else {
            preconditionFailure("no \(bytes) bytes of addresses are free: \(String(cString: strerror(errno)))")
        }
        base = memory.bindMemory(to: Float.self, capacity: count)
        self.count = count
        isReadOnly = true
    }

    var elements: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: base, count: count) }

    deinit {
        if isReadOnly {
            munmap(base, Self.bytes(count))
        } else {
            StorageCache.shared.give(base, bytes: Self.bytes(count))
        }
    }

    private static func bytes(_ count: Int) -> Int { max(count, 1) * MemoryLayout<Float>.stride }
}
