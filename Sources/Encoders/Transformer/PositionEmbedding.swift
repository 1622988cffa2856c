import Tensors

/// Learned positions of a class token and a grid of patches, resized to the grid of the picture at hand.
struct PositionEmbedding: Sendable {
    private let classPosition: Tensor
    private let patchPositions: Tensor
    private let grid: VisionTransformer.Grid
    private let rule: VisionTransformer.PositionRule

    /// - Parameter table: `[1 + rows·columns, D]`, the class token's first.
    init(_ table: Tensor, _ configuration: VisionTransformer.Configuration) {
        grid = configuration.positionGrid
        rule = configuration.positionRule
        classPosition = table.rows(0..<1)
        patchPositions = table.rows(1..<table.shape[0]).reshaped([grid.rows, grid.columns, configuration.width])
    }

    /// - Returns: `[1 + rows·columns, D]`
    func callAsFunction(rows: Int, columns: Int, _ context: ExecutionContext) throws -> Tensor {
        let resized = try resized(rows: rows, columns: columns, context)
        return concatenateRows([classPosition, resized.reshaped([rows * columns, resized.shape[2]])])
    }

    private func resized(rows: Int, columns: Int, _ context: ExecutionContext) throws -> Tensor {
        guard grid != VisionTransformer.Grid(rows: rows, columns: columns) else { return patchPositions }
        switch rule {
        case .dino:
            // The 0.1 keeps ⌊grid·scale⌋ from falling one short of the side; it also moves every sample a little.
            let scale = (y: (Double(rows) + 0.1) / Double(grid.rows), x: (Double(columns) + 0.1) / Double(grid.columns))
            return try interpolate(patchPositions, height: rows, width: columns, .bicubic, scale: scale, context)
        case .bicubic(let antialias):
            return try interpolate(
                patchPositions, height: rows, width: columns, .bicubic, antialias: antialias, context)
        case .bilinear(let alignCorners):
            return try interpolate(
                patchPositions, height: rows, width: columns, .bilinear(alignCorners: alignCorners), context)
        }
    }
}
