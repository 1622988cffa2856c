import Tensors

extension Tensor {
    /// `[M, N]` → `[N, M]`.
    func transposed() -> Tensor {
        let (rows, columns) = (shape[0], shape[1])
        return Tensor([columns, rows]) { result in
            withSpan { source in
                for row in 0..<rows {
                    for column in 0..<columns { result[column * rows + row] = source[row * columns + column] }
                }
            }
        }
    }

    /// `[size, size]` with `values` first on the diagonal and zeros elsewhere.
    static func diagonal(_ values: [Float], size: Int) -> Tensor {
        var result = Tensor(zeros: [size, size])
        result.withMutableSpan { result in
            for (place, value) in values.enumerated() { result[place * (size + 1)] = value }
        }
        return result
    }
}
