/// The names beside their colours, on a strip of its own at the right of a picture or below it.
struct Legend {
    let layout: LegendLayout
    private let typeface: Typeface
    /// The rows of the strip that hold one line of entries, and the number of that line.
    private var band: Raster
    private var line: Int?

    init(classes: [(name: String, colour: Colour)], width: Int, height: Int) throws {
        let typeface = try Typeface(longestSide: max(width, height))
        let entries = classes.map {
            LegendColumns.Entry(colour: $0.colour, name: typeface.line($0.name, limit: 18 * typeface.em))
        }
        self.typeface = typeface
        layout = .compact(entries, em: typeface.em, width: width, height: height)
        band = Raster(width: layout.columns.width, height: layout.columns.lineHeight, colour: Self.paper)
    }

    /// Nearly black, so that every colour stands out; the ink does not glare on it.
    static let paper = Colour(0x181b20)
    static let ink = Colour(0xeceef1)

    /// Writes the row `y` of the whole canvas: what there is of the strip, and paper.
    mutating func draw(_ row: UnsafeMutableBufferPointer<UInt8>, y: Int) {
        Raster.fill(row, with: Self.paper)
        let columns = layout.columns
        let inside = y - layout.y - columns.margin
        guard inside >= 0, inside < columns.rows * columns.lineHeight else { return }
        if line != inside / columns.lineHeight {
            line = inside / columns.lineHeight
            drawBand(inside / columns.lineHeight)
        }
        band.copyRow(inside % columns.lineHeight, to: row, x: layout.x)
    }

    private mutating func drawBand(_ line: Int) {
        let (columns, em) = (layout.columns, layout.columns.em)
        band.fill(with: Self.paper)
        for (x, entry) in columns.entries(ofLine: line) {
            let top = (columns.lineHeight - em) / 2
            band.fillSquare(with: entry.colour, x: x, y: top, side: em)
            // Capitals are 0.73 em high: as much of the swatch stands above them as below.
            let baseline = top + em - em * 27 / 200
            typeface.draw(
                entry.name, x: x + columns.indent, y: baseline, width: band.width, height: band.height
            ) { band.blend(Self.ink, x: $0, y: $1, coverage: $2) }
        }
    }
}
