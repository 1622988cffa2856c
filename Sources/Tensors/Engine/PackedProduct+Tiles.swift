extension PackedProduct {
    /// The product of every row, tile by tile over the team; the last tile is padded.
    ///
    /// - Parameters:
    ///   - x: `[rows, in]`
    ///   - residual: `[rows, outputs]`
    /// - Returns: `[rows, outputs]`
    func rows(_ x: Tensor, outputs: Int, residual: Tensor?, _ context: ExecutionContext) throws -> Tensor {
        let rows = x.shape[0]
        var y = Tensor(uninitialized: [rows, outputs])
        try y.withUnsafeMutableBase { y in
            let y = Writable(y)
            try context.forEach((rows + tileRows - 1) / tileRows) { tile in
                let start = tile * tileRows
                let count = min(rows - start, tileRows)
                let x = x.rows(start..<start + count)
                try run(x, residual: residual?.rows(start..<start + count), y.base + start * outputs, outputs: outputs)
            }
        }
        return y
    }

    /// At most one tile of rows.
    func run(
        _ x: Tensor, residual: Tensor?, _ y: UnsafeMutablePointer<Float>, outputs: Int
    ) throws {
        let count = x.shape[0]
        guard count < tileRows else {
            return try x.withUnsafeBase { x in try residual.withUnsafeBase { try tile(x, y, residual: $0) } }
        }
        var padded = Tensor(uninitialized: [tileRows, outputs])
        try padded.withUnsafeMutableBase { result in
            let residual = residual?.padded(toRows: tileRows)
            try x.padded(toRows: tileRows).withUnsafeBase { x in
                try residual.withUnsafeBase { try tile(x, result, residual: $0) }
            }
            y.update(from: result, count: count * outputs)
        }
    }
}

extension Tensor {
    /// The same rows, then rows of zeros.
    func padded(toRows rows: Int) -> Tensor {
        var result = Tensor(zeros: [rows] + shape.dropFirst())
        withUnsafeBase { source in result.withUnsafeMutableBase { $0.update(from: source, count: count) } }
        return result
    }
}
