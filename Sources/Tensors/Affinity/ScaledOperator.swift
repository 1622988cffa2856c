import CKernels

/// Y = diag(s)·W·diag(s)·X for blocks of vectors, with scratch that its owner reuses from pass to pass.
public struct ScaledOperator: Sendable {
    /// W.
    public let matrix: SymmetricPanels
    /// s, padded with zeros.
    private let factors: Tensor
    private let parts: [Range<Int>]
    private var scaled: Tensor
    private var partial: Tensor

    private static let partCount = 16
    /// Groups in one pass over the matrix: more would share the pass but not the cache.
    private static let groupsPerPass = 4
    private static let rowsPerItem = 512

    /// - Parameter factors: s, one for each row.
    public init(_ matrix: SymmetricPanels, factors: [Float]) {
        precondition(factors.count == matrix.rows, "\(factors.count) factors for \(matrix.rows) rows")
        self.matrix = matrix
        let rows = matrix.panels * SymmetricPanels.panelRows
        self.factors = Tensor([rows], factors + [Float](repeating: 0, count: rows - factors.count))
        parts = SymmetricPanels.items(matrix.panels, Self.partCount)
        scaled = Tensor(zeros: [0])
        partial = Tensor(zeros: [0])
    }

    /// The product with `x`, whose rows are the matrix's.
    public mutating func callAsFunction(_ x: ColumnBlock, _ context: ExecutionContext) throws -> ColumnBlock {
        precondition(x.rows == matrix.rows, "\(x.rows) rows for a matrix of \(matrix.rows)")
        var y = ColumnBlock(rows: x.rows, elements: Tensor(uninitialized: x.elements.shape))
        for start in stride(from: 0, to: x.groups, by: Self.groupsPerPass) {
            try pass(x, start..<min(start + Self.groupsPerPass, x.groups), into: &y, context)
        }
        return y
    }

    private mutating func pass(
        _ x: ColumnBlock, _ groups: Range<Int>, into y: inout ColumnBlock, _ context: ExecutionContext
    ) throws {
        let size = groups.count * x.stride
        if scaled.count < size {
            scaled = Tensor(uninitialized: [size])
            partial = Tensor(uninitialized: [parts.count * size])
        }
        let source = ColumnBlock(rows: x.rows, elements: x.elements.rows(groups))
        try scale(source, context)
        try multiply(groups.count, size, context)
        try y.elements.withUnsafeMutableBase {
            try gather(groups.count, x.stride, $0 + groups.lowerBound * x.stride, context)
        }
    }

    private mutating func scale(_ x: ColumnBlock, _ context: ExecutionContext) throws {
        let level = matrix.level.rawValue
        factors.withUnsafeBase { factors in
            x.elements.withUnsafeBase { source in
                scaled.withUnsafeMutableBase { target in
                    for start in stride(from: 0, to: x.groups * x.stride, by: x.stride) {
                        spectral_scale(level, source + start, factors, 0, x.paddedRows, target + start)
                    }
                }
            }
        }
    }

    private mutating func multiply(_ groups: Int, _ size: Int, _ context: ExecutionContext) throws {
        let (matrix, parts, level) = (matrix, parts, matrix.level.rawValue)
        try partial.withUnsafeMutableBase { base in
            let partial = Writable(base)
            try scaled.withUnsafeBase { base in
                let scaled = Readable(base)
                try context.forEach(parts.count) { part in
                    spectral_multiply(
                        level, matrix.memory.base, parts[part].lowerBound, parts[part].upperBound, matrix.panels,
                        scaled.base, groups, partial.base + part * size)
                }
            }
        }
    }

    /// Adds the parts in their order, so that the sum does not depend on who computed them.
    private func gather(
        _ groups: Int, _ groupSize: Int, _ y: UnsafeMutablePointer<Float>, _ context: ExecutionContext
    ) throws {
        let (first, level, partial, factors) = (parts.map(\.lowerBound), matrix.level.rawValue, partial, factors)
        let (rows, target) = (groupSize / ColumnBlock.width, Writable(y))
        let chunks = (rows + Self.rowsPerItem - 1) / Self.rowsPerItem
        try context.forEach(groups * chunks) { item in
            let (group, from) = (item / chunks * groupSize, item % chunks * Self.rowsPerItem)
            factors.withUnsafeBase { factors in
                partial.withUnsafeBase {
                    spectral_gather(
                        level, $0 + group, first, first.count, groups * groupSize, from,
                        min(from + Self.rowsPerItem, rows), factors, target.base + group)
                }
            }
        }
    }
}
