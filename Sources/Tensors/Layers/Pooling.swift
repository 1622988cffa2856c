/// Means over a grid of windows that cover the map; `torch.nn.functional.adaptive_avg_pool2d`.
///
/// - Parameters:
///   - x: `[H, W, C]`
///   - size: rows and columns of the result.
/// - Returns: `[rows, columns, C]`; window i of n over m pixels is ⌊i·m/n⌋ ..< ⌈(i+1)·m/n⌉.
/// - Throws: what the context throws to stop.
public func averagePool(
    adaptive x: Tensor, to size: (rows: Int, columns: Int), _ context: ExecutionContext
) throws -> Tensor {
    let (height, width, channels) = (x.shape[0], x.shape[1], x.shape[2])
    var result = Tensor(uninitialized: [size.rows, size.columns, channels])
    try result.withUnsafeMutableBase { target in
        let target = Writable(target)
        try context.forEach(size.rows * size.columns) { cell in
            let rows = window(cell / size.columns, of: size.rows, over: height)
            let columns = window(cell % size.columns, of: size.columns, over: width)
            // Pixel by pixel, as the map lies in memory.
            var sums = [Double](repeating: 0, count: channels)
            x.withUnsafeBase { x in
                for row in rows {
                    for column in columns {
                        let pixel = x + (row * width + column) * channels
                        for channel in 0..<channels { sums[channel] += Double(pixel[channel]) }
                    }
                }
            }
            let area = Double(rows.count * columns.count)
            for channel in 0..<channels { target.base[cell * channels + channel] = Float(sums[channel] / area) }
        }
    }
    return result
}

private func window(_ index: Int, of count: Int, over extent: Int) -> Range<Int> {
    index * extent / count..<((index + 1) * extent + count - 1) / count
}
