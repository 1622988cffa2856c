import Tensors

extension Tensor {
    /// `[size, size]` with `values` first on the diagonal and zeros elsewhere.
    static func diagonal(_ values: [Float], size: Int) -> Tensor {
        var result = Tensor(zeros: [size, size])
        result.withMutableSpan { result in
            for (place, value) in values.enumerated() { result[place * (size + 1)] = value }
        }
        return result
    }
}
