/// Means over a grid of windows that cover the map; `torch.nn.functional.adaptive_avg_pool2d`.
///
/// - Parameters:
///   - x: `[H, W, C]`
///   - size: rows and columns of the result.
/// - Returns: `[rows, columns, C]`; window i of n over m pixels is ⌊i·m/n⌋ ..< ⌈(i+1)·m/n⌉.
public func averagePool(adaptive x: Tensor, to size: (rows: Int, columns: Int)) -> Tensor {
    let (height, width, channels) = (x.shape[0], x.shape[1], x.shape[2])
    func window(_ index: Int, of count: Int, over extent: Int) -> Range<Int> {
        index * extent / count..<((index + 1) * extent + count - 1) / count
    }
    return Tensor([size.rows, size.columns, channels]) { result in
        x.withSpan { x in
            for row in 0..<size.rows {
                let rows = window(row, of: size.rows, over: height)
                for column in 0..<size.columns {
                    let columns = window(column, of: size.columns, over: width)
                    for channel in 0..<channels {
                        var sum = 0.0
                        for y in rows { for x_ in columns { sum += Double(x[(y * width + x_) * channels + channel]) } }
                        result[(row * size.columns + column) * channels + channel] =
                            Float(sum / Double(rows.count * columns.count))
                    }
                }
            }
        }
    }
}
