import CKernels

/// The memory of a large matrix: in huge pages where the system grants them, as a pass reads all of it.
///
/// `@unchecked Sendable`: written only while its one owner builds the matrix.
final class PanelMemory: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let byteCount: Int
    private static let cleared = 1 << 19

    /// - Throws: ``AffinityError/outOfMemory(bytes:)``
    init(count: Int, _ context: ExecutionContext) throws {
        byteCount = count * MemoryLayout<Float>.stride
        guard let base = spectral_allocate(count) else { throw AffinityError.outOfMemory(bytes: byteCount) }
        self.base = base
        try clear(count, context)
    }

    deinit { spectral_release(base) }

    /// Page by page: two threads that first touch the same page would both clear it.
    private func clear(_ count: Int, _ context: ExecutionContext) throws {
        let memory = Writable(base)
        try context.forEach((count + Self.cleared - 1) / Self.cleared) { page in
            let start = page * Self.cleared
            spectral_touch(memory.base + start, min(Self.cleared, count - start))
        }
    }
}
