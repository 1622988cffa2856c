import HTTPTransport
import Segmentation
import Synchronization

/// The pictures that the service holds, each for whoever uploaded it, bounded by bytes and by the time since its last use.
final class ImageStore: Sendable {
    /// Whose a picture is: of nobody in particular, or of the client that a token names.
    typealias Owner = String?

    struct Entry: Sendable {
        let image: HeldImage
        /// Seconds until it is forgotten, unless it is used before.
        let remaining: Double
    }

    private struct Key: Hashable {
        let owner: Owner
        let reference: ImageReference
    }

    private struct Kept {
        var image: HeldImage
        var lastUse: Instant
    }

    private struct State {
        var kept: [Key: Kept] = [:]
        var bytes = 0
    }

    /// Bytes of all pictures together.
    let capacity: Int
    /// Seconds since the last use.
    let lifetime: Double
    private let clock: @Sendable () -> Instant
    private let state = Mutex(State())

    init(capacity: Int, lifetime: Double, clock: @escaping @Sendable () -> Instant) {
        self.capacity = capacity
        self.lifetime = lifetime
        self.clock = clock
    }

    /// What all pictures take now, in bytes, and how many there are.
    var load: (bytes: Int, count: Int) { state.withLock { ($0.bytes, $0.kept.count) } }

    /// Keeps a picture, or what one more model sees in one that is held; the least recently used others go where there is
    /// no room beside it.
    ///
    /// - Returns: the picture as it is held now, and whether it was not before.
    /// - Throws: ``Problem`` 413 where the picture alone is too large.
    func keep(_ image: HeldImage, for owner: Owner) throws -> (image: HeldImage, isNew: Bool) {
        guard image.byteCount <= capacity else {
            throw Problem.tooLarge(
                "the encoded picture takes \(image.byteCount) bytes, more than all held pictures may",
                limit: capacity, actual: image.byteCount
            ).with { $0.hint = "send the picture with each request, or a smaller one" }
        }
        let key = Key(owner: owner, reference: image.reference)
        return state.withLock { state in
            guard let held = state.kept[key]?.image, held.orientation == image.orientation else {
                put(image, at: key, &state)
                return (image, true)
            }
            var whole = image
            whole.features.merge(held.features) { new, _ in new }
            if whole.byteCount > capacity { whole = image }
            put(whole, at: key, &state)
            return (whole, false)
        }
    }

    /// Keeps what a model sees in a picture that is held. Where the picture has gone meanwhile, or there is no room for
    /// both, nothing changes.
    func add(_ encoded: EncodedPicture, of digest: String, to image: HeldImage, for owner: Owner) {
        let key = Key(owner: owner, reference: image.reference)
        state.withLock { state in
            guard var held = state.kept[key]?.image, held.orientation == image.orientation else { return }
            held.features[digest] = encoded
            if held.byteCount <= capacity { put(held, at: key, &state) }
        }
    }

    /// Lets go of all that a model has seen, which will not be asked any more.
    func forgetFeatures(of digest: String) {
        state.withLock { state in
            for (key, kept) in state.kept {
                guard let encoded = kept.image.features[digest] else { continue }
                state.kept[key]?.image.features[digest] = nil
                state.bytes -= encoded.byteCount
            }
        }
    }

    private func put(_ image: HeldImage, at key: Key, _ state: inout State) {
        Self.forget(key, &state)
        let oldestFirst = state.kept.sorted { $0.value.lastUse < $1.value.lastUse }.map(\.key)
        for other in oldestFirst where state.bytes + image.byteCount > capacity { Self.forget(other, &state) }
        state.kept[key] = Kept(image: image, lastUse: clock())
        state.bytes += image.byteCount
    }

    /// The picture, whose time begins anew; nil where it is not held for that owner.
    func use(_ reference: ImageReference, by owner: Owner) -> HeldImage? {
        let now = clock()
        return state.withLock { state in
            Self.expire(before: now - lifetime, &state)
            let key = Key(owner: owner, reference: reference)
            state.kept[key]?.lastUse = now
            return state.kept[key]?.image
        }
    }

    /// The picture, without counting as a use.
    func look(at reference: ImageReference, by owner: Owner) -> Entry? {
        let now = clock()
        return state.withLock { state in
            Self.expire(before: now - lifetime, &state)
            return state.kept[Key(owner: owner, reference: reference)].map {
                Entry(image: $0.image, remaining: $0.lastUse + lifetime - now)
            }
        }
    }

    /// False where the picture is not held for that owner.
    func forget(_ reference: ImageReference, by owner: Owner) -> Bool {
        let oldest = clock() - lifetime
        return state.withLock { state in
            Self.expire(before: oldest, &state)
            return Self.forget(Key(owner: owner, reference: reference), &state)
        }
    }

    /// Lets go of what nobody used for the lifetime.
    func expire() {
        let oldest = clock() - lifetime
        state.withLock { Self.expire(before: oldest, &$0) }
    }

    private static func expire(before oldest: Instant, _ state: inout State) {
        for (key, kept) in state.kept where kept.lastUse <= oldest { forget(key, &state) }
    }

    @discardableResult
    private static func forget(_ key: Key, _ state: inout State) -> Bool {
        guard let kept = state.kept.removeValue(forKey: key) else { return false }
        state.bytes -= kept.image.byteCount
        return true
    }
}
