import CKernels

/// Two rows that a graph joins.
public struct GraphEdge: Sendable, Equatable {
    public let row, column: Int

    public init(_ row: Int, _ column: Int) {
        self.row = row
        self.column = column
    }
}

extension SymmetricPanels {
    private static let gramItems = 64

    /// W = max(0, F·Fᵀ) + w·(E + Eᵀ), with the rows of F brought to length 1.
    ///
    /// - Parameters:
    ///   - features: `[N, d]`; rows of zeros stay zeros.
    ///   - edges: E, a list that may name a pair more than once.
    ///   - weight: w.
    /// - Throws: ``AffinityError``; what the context throws.
    public init(
        rectifiedGramOf features: Tensor, adding edges: [GraphEdge] = [], weight: Float = 0,
        _ context: ExecutionContext
    ) throws {
        try self.init(rectifiedGramOf: features, level: .best, context)
        if weight != 0 { add(edges, weight: weight) }
    }

    init(rectifiedGramOf features: Tensor, level: KernelLevel, _ context: ExecutionContext) throws {
        precondition(features.shape.count == 2 && features.shape[0] > 0, "features are [N, d], not \(features.shape)")
        rows = features.shape[0]
        self.level = level
        let panels = Self.panels(rows)
        memory = try PanelMemory(count: spectral_panel_offset(panels, panels), context)
        rowSums = []
        let packed = try Self.packUnitRows(features, context)
        rowSums = try fillGram(packed, width: features.shape[1], context)
    }

    /// Unit rows as `[panel][d][16]`.
    private static func packUnitRows(_ features: Tensor, _ context: ExecutionContext) throws -> Tensor {
        let (rows, width, panels) = (features.shape[0], features.shape[1], panels(features.shape[0]))
        var packed = Tensor(uninitialized: [panels, width, panelRows])
        try packed.withUnsafeMutableBase { base in
            let target = Writable(base)
            try context.forEach(panels) { panel in
                try features.withUnsafeBase { source in
                    guard spectral_pack_unit_rows(source, rows, width, panel, panel + 1, target.base) == 0 else {
                        throw AffinityError.notFinite
                    }
                }
            }
        }
        return packed
    }

    /// Fills the panels and returns the sums of the rows.
    private func fillGram(_ packed: Tensor, width: Int, _ context: ExecutionContext) throws -> [Float] {
        let (panels, level) = (panels, level.rawValue)
        let items = Self.items(panels, Self.gramItems)
        var sums = Tensor(uninitialized: [items.count, panels * Self.panelRows])
        let matrix = Writable(memory.base)
        try sums.withUnsafeMutableBase { base in
            let sums = Writable(base)
            try context.forEach(items.count) { item in
                packed.withUnsafeBase {
                    spectral_gram(
                        level, $0, width, items[item].lowerBound, items[item].upperBound, panels, matrix.base,
                        sums.base + item * panels * Self.panelRows)
                }
            }
        }
        return sums.withSpan { sums in
            (0..<rows).map { row in
                (0..<items.count).reduce(Float(0)) { $0 + sums[$1 * panels * Self.panelRows + row] }
            }
        }
    }

    private mutating func add(_ edges: [GraphEdge], weight: Float) {
        for edge in edges {
            let (first, last) = (min(edge.row, edge.column), max(edge.row, edge.column))
            memory.base[position(first, last)] += weight
            // The tile on the diagonal holds both mirror images; an edge to itself counts for both.
            if first / Self.panelRows == last / Self.panelRows { memory.base[position(last, first)] += weight }
            rowSums[first] += weight
            rowSums[last] += weight
        }
    }
}
