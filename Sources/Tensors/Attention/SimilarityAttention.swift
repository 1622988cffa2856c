import CKernels

/// Each place's mean of the values of the places that are like it, by a graph in place of queries and keys.
///
/// With F the features' unit rows and S = F·Fᵀ, a place's weights are softmax((S − β·mean(S))·γ) over the places where
/// that is not negative. A place whose own S is below β·mean(S), which would leave it none, keeps its own value. The
/// scores of some rows stand at a time, never all; the same bits for any number of threads.
///
/// Source: Lan et al. 2024, *ProxyCLIP*.
/// - Parameters:
///   - features: `[N, d]`; their lengths do not matter.
///   - values: `[N, D]`
///   - beta: β
///   - gamma: γ, above 0.
/// - Returns: `[N, D]`
/// - Throws: what the context throws to stop.
public func similarityAttention(
    features: Tensor, values: Tensor, beta: Float, gamma: Float, _ context: ExecutionContext
) throws -> Tensor {
    let count = features.shape[0]
    precondition(
        features.shape.count == 2 && values.shape.count == 2 && values.shape[0] == count && gamma > 0,
        "features \(features.shape), values \(values.shape), γ \(gamma)")
    let unit = try normalizedRows(features, context)
    let threshold = beta * Float(meanProduct(unit))
    let engine = try Engine(.oneDNN)
    let similarity = try engine.pack(unit, bias: nil, activation: .none)
    let mixture = try engine.pack(values.transposed, bias: nil, activation: .none)
    let parts = try stride(from: 0, to: count, by: scoreRows).map { start in
        let rows = start..<min(start + scoreRows, count)
        var weights = try similarity.rows(unit.rows(rows), adding: nil, context)
        try weights.becomeWeights(from: rows, threshold: threshold, gamma: gamma, context)
        return try mixture.rows(weights, adding: nil, context)
    }
    return concatenateRows(parts)
}

/// Rows of scores that stand at a time.
private let scoreRows = 512

/// mean(F·Fᵀ) = |ΣF|² / N².
private func meanProduct(_ features: Tensor) -> Double {
    let (count, width) = (features.shape[0], features.shape[1])
    var sums = [Double](repeating: 0, count: width)
    features.withSpan { features in
        for row in 0..<count {
            for column in 0..<width { sums[column] += Double(features[row * width + column]) }
        }
    }
    return sums.reduce(0) { $0 + $1 * $1 } / Double(count * count)
}

extension Tensor {
    /// Turns rows of S into weights, in place; row 0 is the place `rows.lowerBound`.
    fileprivate mutating func becomeWeights(
        from rows: Range<Int>, threshold: Float, gamma: Float, _ context: ExecutionContext
    ) throws {
        let width = shape[1]
        try withUnsafeMutableBase { base in
            let scores = Writable(base)
            try context.forEach(rows.count) { row in
                rows_similarity_weights(
                    scores.base + row * width, width, rows.lowerBound + row, threshold, gamma)
            }
        }
    }
}
