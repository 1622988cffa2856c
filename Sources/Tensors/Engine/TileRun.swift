import CKernels
import COneDNN

/// One tile of a convolution over one map.
struct TileRun: Sendable {
    let geometry: ConvolutionGeometry
    let precision: Precision
    let tile: PackedTile
    let input: (height: Int, width: Int)
    let output: (height: Int, width: Int)
    let result: Writable

    /// Makes the tile whose first pixel is (`row`, `column`) of the result.
    func run(_ x: UnsafePointer<Float>, residual: UnsafePointer<Float>?, row: Int, column: Int) throws {
        let source = try source(x, row: row, column: column)
        let (rows, columns) = (tile.size.rows, tile.size.columns)
        let place = (row * output.width + column) * geometry.outputs
        let fits = row + rows <= output.height && column + columns <= output.width
        if fits && (rows == 1 || columns == output.width) {
            return try tile.run(source, result.base + place, residual: residual.map { $0 + place })
        }
        let area = rows * columns * geometry.outputs
        guard let scratch = onednn_output_memory(area * MemoryLayout<Float>.stride) else { throw Self.shortOfMemory }
        let y = scratch.bindMemory(to: Float.self, capacity: area)
        if let residual {
            let window = rows_window(
                map_rows: output.height, map_columns: output.width, channels: geometry.outputs, row: row,
                column: column, rows: rows, columns: columns)
            rows_copy_window(residual, window, y, 0)
        }
        try tile.run(source, y, residual: residual.map { _ in UnsafePointer(y) })
        let count = min(columns, output.width - column) * geometry.outputs
        for line in 0..<min(rows, output.height - row) {
            (result.base + place + line * output.width * geometry.outputs)
                .update(from: y + line * columns * geometry.outputs, count: count)
        }
    }

    /// The pixels under the tile with zeros beyond the map's edges, in the precision of the weights.
    private func source(_ x: UnsafePointer<Float>, row: Int, column: Int) throws -> UnsafeRawPointer {
        let extent = tile.input
        if geometry.isPointwise && precision == .fp32 && column + extent.columns <= input.width {
            return UnsafeRawPointer(x + column * geometry.inputs)
        }
        let element = precision == .bf16 ? MemoryLayout<UInt16>.stride : MemoryLayout<Float>.stride
        guard let memory = onednn_input_memory(extent.rows * extent.columns * geometry.inputs * element) else {
            throw Self.shortOfMemory
        }
        let window = rows_window(
            map_rows: input.height, map_columns: input.width, channels: geometry.inputs,
            row: row * geometry.stride - geometry.padding, column: column * geometry.stride - geometry.padding,
            rows: extent.rows, columns: extent.columns)
        rows_copy_window(x, window, memory, precision == .bf16 ? 1 : 0)
        return UnsafeRawPointer(memory)
    }

    private static let shortOfMemory = EngineError.failed(.oneDNN, status: 1, "a tile for want of memory")
}
