import Tensors

/// Orthonormal bases of blocks of vectors.
enum Orthonormal {
    /// An orthonormal block that spans `block`'s part orthogonal to `others`; directions that vanish are replaced by new
    /// ones, so that the block keeps its width.
    ///
    /// Twice is enough: block Gram–Schmidt against the others, then Cholesky within the block.
    static func block(_ block: ColumnBlock, against others: [ColumnBlock]) -> ColumnBlock {
        var (result, refills) = (block, 0)
        for round in 0..<6 {
            project(&result, against: others)
            let (factor, missing) = inverseFactor(result.crossProduct(result))
            var next = ColumnBlock(rows: block.rows, groups: block.groups)
            next.add(result, times: factor)
            result = next
            guard !missing.isEmpty else {
                if round > refills { return result }
                continue
            }
            result = replaced(result, missing, seed: UInt64(round))
            refills = round + 1
        }
        return result
    }

    private static func project(_ block: inout ColumnBlock, against others: [ColumnBlock]) {
        for other in others { block.add(other, times: other.crossProduct(block), factor: -1) }
    }

    /// R⁻¹ of the Cholesky factor of a Gram matrix RᵀR, and the columns without a direction of their own, which are
    /// zeros in it.
    static func inverseFactor(_ gram: Tensor) -> (factor: Tensor, missing: [Int]) {
        let size = gram.shape[0]
        let values = gram.values.map(Double.init)
        var inverse = [[Double]](repeating: [Double](repeating: 0, count: size), count: size)
        var missing: [Int] = []
        for column in 0..<size {
            // Gram–Schmidt in the metric of the Gram matrix: inverse[k] holds the coefficients of vector k.
            var coefficients = [Double](repeating: 0, count: size)
            coefficients[column] = 1
            for _ in 0..<2 {
                for earlier in 0..<column {
                    let overlap = product(inverse[earlier], coefficients, values)
                    for k in 0...earlier { coefficients[k] -= overlap * inverse[earlier][k] }
                }
            }
            let square = product(coefficients, coefficients, values)
            guard square > 1e-6 * values[column * size + column], values[column * size + column] > 1e-30 else {
                missing.append(column)
                continue
            }
            inverse[column] = coefficients.map { $0 / square.squareRoot() }
        }
        let factor = Tensor([size, size], (0..<size * size).map { Float(inverse[$0 % size][$0 / size]) })
        return (factor, missing)
    }

    /// aᵀ·G·b
    private static func product(_ a: [Double], _ b: [Double], _ gram: [Double]) -> Double {
        let size = a.count
        return a.indices.reduce(0) { sum, row in
            guard a[row] != 0 else { return sum }
            return sum + a[row] * b.indices.reduce(0) { $0 + gram[row * size + $1] * b[$1] }
        }
    }

    private static func replaced(_ block: ColumnBlock, _ columns: [Int], seed: UInt64) -> ColumnBlock {
        let width = ColumnBlock.width * block.groups
        let fresh = StartBlock.values(rows: block.rows, columns: width, seed: seed)
        let matrix = block.matrix(columns: width)
        return ColumnBlock(
            Tensor([block.rows, width]) { result in
                matrix.withSpan { matrix in
                    for place in 0..<matrix.count {
                        result[place] = columns.contains(place % width) ? fresh[place] : matrix[place]
                    }
                }
            })
    }
}
