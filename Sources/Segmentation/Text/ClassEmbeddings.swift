import Tensors

/// What a request's texts mean: one unit vector for each class, then one for each background prompt.
struct ClassEmbeddings: Sendable {
    /// `[C + B, D]`, unit rows.
    let rows: Tensor
    /// C.
    let classes: Int

    /// Averages the unit embeddings of each class's texts and makes the mean a unit vector again.
    ///
    /// - Parameters:
    ///   - texts: the texts of each class, at least one each.
    ///   - background: background prompts, embedded as they are.
    ///   - embed: unit embeddings of texts, in order.
    init(texts: [[String]], background: [String], embed: ([String]) throws -> [[Float]]) rethrows {
        var embeddings = try embed(texts.flatMap(\.self) + background)[...]
        let means = texts.map { texts in
            let own = embeddings.prefix(texts.count)
            embeddings = embeddings.dropFirst(texts.count)
            return Self.unitMean(own)
        }
        let rows = means + embeddings
        self.rows = Tensor([rows.count, rows.first?.count ?? 0], rows.flatMap(\.self))
        classes = texts.count
    }

    /// The mean made a unit vector, summed in order and in double precision; a mean of 0 stays 0.
    private static func unitMean(_ embeddings: ArraySlice<[Float]>) -> [Float] {
        guard let first = embeddings.first, embeddings.count > 1 else { return embeddings.first ?? [] }
        var sum = first.map(Double.init)
        for embedding in embeddings.dropFirst() {
            for index in sum.indices { sum[index] += Double(embedding[index]) }
        }
        let norm = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return sum.map { norm > 0 ? Float($0 / norm) : 0 }
    }
}
