import Synchronization

/// The memory of large tensors that are gone, kept for the next of the same size.
///
/// A network asks for the same sizes at every pass. Memory fresh from the system comes page by page, each fetched by an
/// interruption and filled with zeros: 5 % of a pass through a large convolutional network.
final class StorageCache: Sendable {
    static let shared = StorageCache(limit: 128 << 20)

    /// Blocks below this size the allocator itself keeps.
    static let smallest = 1 << 20

    /// An address and its size.
    ///
    /// `@unchecked Sendable`: whoever takes a block from the cache is its only owner.
    private struct Block: @unchecked Sendable {
        let memory: UnsafeMutableRawPointer
        let bytes: Int
    }

    /// Oldest first.
    private let blocks = Mutex<[Block]>([])
    private let limit: Int

    /// - Parameter limit: the most bytes that are kept.
    init(limit: Int) { self.limit = limit }

    deinit { blocks.withLock { $0.forEach { $0.memory.deallocate() } } }

    /// Memory of exactly this size, kept or new; its bytes hold anything.
    func take(bytes: Int) -> UnsafeMutableRawPointer {
        if bytes >= Self.smallest, let memory = kept(bytes) { return memory }
        return UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: TensorStorage.alignment)
    }

    /// Takes back what ``take(bytes:)`` gave; the oldest blocks go where it would be too much.
    func give(_ memory: UnsafeMutableRawPointer, bytes: Int) {
        guard bytes >= Self.smallest, bytes <= limit else { return memory.deallocate() }
        let excess = blocks.withLock { blocks in
            blocks.append(Block(memory: memory, bytes: bytes))
            var total = blocks.reduce(0) { $0 + $1.bytes }
            let gone = blocks.prefix { block in
                defer { total -= block.bytes }
                return total > limit
            }
            blocks.removeFirst(gone.count)
            return Array(gone)
        }
        excess.forEach { $0.memory.deallocate() }
    }

    /// Bytes held.
    var size: Int { blocks.withLock { $0.reduce(0) { $0 + $1.bytes } } }

    private func kept(_ bytes: Int) -> UnsafeMutableRawPointer? {
        // The block given last is the likeliest to be in the processor's cache.
        let block = blocks.withLock { blocks in
            blocks.lastIndex { $0.bytes == bytes }.map { blocks.remove(at: $0) }
        }
        return block?.memory
    }
}
