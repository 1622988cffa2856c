import TestSupport

@testable import Tensors

/// The definitions in double precision, loop by loop.
enum Textbook {
    /// max(0, F·Fᵀ) of unit rows, `[N][N]`.
    static func affinity(_ features: Tensor) -> [[Double]] {
        let (rows, width) = (features.shape[0], features.shape[1])
        let values = features.values.map(Double.init)
        let unit = (0..<rows).map { row -> [Double] in
            let row = Array(values[row * width..<(row + 1) * width])
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return length > 0 ? row.map { $0 / length } : row
        }
        return unit.map { a in unit.map { b in max(0, zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }) } }
    }

    /// D^-½·W·D^-½
    static func normalized(_ weights: [[Double]]) -> [[Double]] {
        let roots = weights.map { 1 / $0.reduce(0, +).squareRoot() }
        return weights.indices.map { row in
            weights.indices.map { roots[row] * weights[row][$0] * roots[$0] }
        }
    }

    /// A·X; `x` is `[N][C]`.
    static func product(_ a: [[Double]], _ x: [[Double]]) -> [[Double]] {
        a.map { row in
            (x.first ?? []).indices.map { column in row.indices.reduce(0) { $0 + row[$1] * x[$1][column] } }
        }
    }

    /// A⁻¹·B by Gaussian elimination with pivots.
    static func solve(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
        var rows = zip(a, b).map { $0 + $1 }
        let size = a.count
        for column in 0..<size {
            let pivot = (column..<size).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
            rows.swapAt(column, pivot)
            for row in 0..<size where row != column {
                let factor = rows[row][column] / rows[column][column]
                guard factor != 0 else { continue }
                for place in column..<rows[row].count { rows[row][place] -= factor * rows[column][place] }
            }
        }
        return rows.enumerated().map { row, values in values[size...].map { $0 / values[row] } }
    }
}

/// Random tensors of a seed.
extension Tensor {
    static func random(_ shape: [Int], _ random: inout SplitMix64) -> Tensor {
        Tensor(shape, (0..<shape.reduce(1, *)).map { _ in Float(random.signed()) })
    }

    /// `[M, N]` as rows of doubles.
    var matrix: [[Double]] {
        let (values, width) = (values.map(Double.init), shape[1])
        return (0..<shape[0]).map { Array(values[$0 * width..<($0 + 1) * width]) }
    }
}

/// The largest difference of two matrices of one size.
func distance(_ a: [[Double]], _ b: [[Double]]) -> Double {
    zip(a.joined(), b.joined()).map { abs($0 - $1) }.max() ?? 0
}
