/// Where a legend's strip lies on the canvas that it shares with a picture, whose upper left corner is the canvas'.
struct LegendLayout {
    let columns: LegendColumns
    /// The strip's upper left corner.
    let x: Int
    let y: Int
    /// Picture and strip together.
    let canvasWidth: Int
    let canvasHeight: Int
    /// The square of the canvas' diagonal, and twice the area beside or below the picture that holds nothing.
    private let cost: Int

    /// The layout of the least cost, so the most compact and the fullest canvas.
    static func compact(_ entries: [LegendColumns.Entry], em: Int, width: Int, height: Int) -> LegendLayout {
        let singleLine = LegendColumns(entries, em: em, rows: 1)
        let start = LegendLayout(singleLine, isBelow: true, width: width, height: height)
        return LegendColumns.all(entries, em: em).reduce(start) { best, columns in
            [true, false].reduce(best) { best, isBelow in
                let layout = LegendLayout(columns, isBelow: isBelow, width: width, height: height)
                return layout.cost < best.cost ? layout : best
            }
        }
    }

    /// The strip below the picture, or else at its right.
    private init(_ columns: LegendColumns, isBelow: Bool, width: Int, height: Int) {
        self.columns = columns
        (x, y) = isBelow ? (0, height) : (width, 0)
        canvasWidth = max(width, x + columns.width)
        canvasHeight = max(height, y + columns.height)
        let blank = isBelow ? (canvasWidth - width) * height : width * (canvasHeight - height)
        cost = canvasWidth * canvasWidth + canvasHeight * canvasHeight + 2 * blank
    }
}
