/// The parts below each other along the first axis; `torch.cat(parts, 0)`. All other extents must agree.
public func concatenateRows(_ parts: [Tensor]) -> Tensor {
    let inner = parts.first.map { Array($0.shape.dropFirst()) } ?? []
    precondition(parts.allSatisfy { $0.shape.dropFirst().elementsEqual(inner) }, "parts of unlike extents")
    var result = Tensor(uninitialized: [parts.reduce(0) { $0 + $1.shape[0] }] + inner)
    result.withUnsafeMutableBase { target in
        var start = 0
        for part in parts {
            part.withUnsafeBase { (target + start).update(from: $0, count: part.count) }
            start += part.count
        }
    }
    return result
}

extension Tensor {
    /// The rows of a matrix at `indices`, in that order; `torch.index_select(x, 0, indices)`.
    public func gatherRows(_ indices: [Int]) -> Tensor {
        let width = shape.dropFirst().reduce(1, *)
        precondition(indices.allSatisfy { (0..<shape[0]).contains($0) }, "a row outside \(shape)")
        var result = Tensor(uninitialized: [indices.count] + shape.dropFirst())
        result.withUnsafeMutableBase { target in
            withUnsafeBase { source in
                for (row, index) in indices.enumerated() {
                    (target + row * width).update(from: source + index * width, count: width)
                }
            }
        }
        return result
    }

    /// The part of a map `[H, W, C]` at `rows` and `columns`.
    public func window(rows: Range<Int>, columns: Range<Int>) -> Tensor {
        precondition(
            shape.count == 3 && columns.lowerBound >= 0 && columns.upperBound <= shape[1],
            "columns \(columns) of \(shape)")
        let band = self.rows(rows)
        guard columns != 0..<shape[1] else { return band }
        let (line, start) = (shape[1] * shape[2], columns.lowerBound * shape[2])
        var result = Tensor(uninitialized: [rows.count, columns.count, shape[2]])
        let width = columns.count * shape[2]
        result.withUnsafeMutableBase { target in
            band.withUnsafeBase { source in
                for row in 0..<rows.count {
                    (target + row * width).update(from: source + row * line + start, count: width)
                }
            }
        }
        return result
    }

    /// A matrix with rows and columns exchanged.
    public var transposed: Tensor {
        let (rows, columns) = (shape[0], shape[1])
        precondition(shape.count == 2, "only a matrix is transposed, not \(shape)")
        return Tensor([columns, rows]) { result in
            withSpan { source in
                for row in 0..<rows {
                    for column in 0..<columns { result[column * rows + row] = source[row * columns + column] }
                }
            }
        }
    }
}
