import Synchronization

/// The embeddings of the prompts used last, so that text is paid for once.
///
/// An embedding depends on its prompt alone, so the order of requests never shows in an answer.
final class PromptCache: Sendable {
    /// A prompt by its bytes: strings that Swift calls equal may be different tokens.
    private struct Key: Hashable {
        let bytes: [UInt8]

        init(_ prompt: String) { bytes = Array(prompt.utf8) }
    }

    private struct Entry {
        let embedding: [Float]
        var lastUse: Int
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var uses = 0
    }

    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameter capacity: prompts held; of 512 numbers each, 4096 take 8 MB.
    init(capacity: Int = 4096) { self.capacity = capacity }

    var count: Int { state.withLock { $0.entries.count } }

    /// The embedding of each prompt, in order. `embed` is asked once, outside the lock, for all that are not held,
    /// each once; two threads that miss the same prompt at the same time both ask.
    func embeddings(of prompts: [String], embed: ([String]) throws -> [[Float]]) rethrows -> [[Float]] {
        var known = state.withLock { state in
            prompts.reduce(into: [Key: [Float]]()) { $0[Key($1)] = Self.use(Key($1), in: &state) }
        }
        var asked: Set<Key> = []
        let missing = prompts.filter { known[Key($0)] == nil && asked.insert(Key($0)).inserted }
        if !missing.isEmpty {
            let made = Array(zip(missing.map(Key.init), try embed(missing)))
            for (key, embedding) in made { known[key] = embedding }
            state.withLock { keep(made, in: &$0) }
        }
        return prompts.compactMap { known[Key($0)] }
    }

    private static func use(_ key: Key, in state: inout State) -> [Float]? {
        state.uses += 1
        state.entries[key]?.lastUse = state.uses
        return state.entries[key]?.embedding
    }

    private func keep(_ made: [(Key, [Float])], in state: inout State) {
        for (key, embedding) in made {
            state.uses += 1
            state.entries[key] = Entry(embedding: embedding, lastUse: state.uses)
        }
        let excess = state.entries.count - capacity
        guard excess > 0 else { return }
        for (key, _) in state.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }).prefix(excess) {
            state.entries[key] = nil
        }
    }
}
