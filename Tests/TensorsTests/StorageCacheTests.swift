import Testing

@testable import Tensors

@Suite("The cache of tensors' memory")
struct StorageCacheTests {
    private let size = StorageCache.smallest

    @Test("memory that was given back is given out again for the same size alone")
    func reuse() {
        let cache = StorageCache(limit: 8 * size)
        let memory = cache.take(bytes: size)
        cache.give(memory, bytes: size)
        #expect(cache.size == size)
        let other = cache.take(bytes: size + 64)
        #expect(cache.size == size)
        let same = cache.take(bytes: size)
        #expect(same == memory && other != memory)
        #expect(cache.size == 0)
        cache.give(other, bytes: size + 64)
        cache.give(same, bytes: size)
    }

    @Test("never more than the limit is held: the oldest go first, and one too large is not kept")
    func limit() {
        let cache = StorageCache(limit: 2 * size)
        let three = (0..<3).map { _ in cache.take(bytes: size) }
        for memory in three { cache.give(memory, bytes: size) }
        #expect(cache.size == 2 * size)
        #expect(cache.take(bytes: size) == three[2])
        #expect(cache.take(bytes: size) == three[1])
        cache.give(three[1], bytes: size)
        cache.give(three[2], bytes: size)
        cache.give(cache.take(bytes: 3 * size), bytes: 3 * size)
        #expect(cache.size == 2 * size)
    }

    @Test("small blocks are left to the allocator")
    func small() {
        let cache = StorageCache(limit: 8 * size)
        cache.give(cache.take(bytes: 64), bytes: 64)
        #expect(cache.size == 0)
    }
}
