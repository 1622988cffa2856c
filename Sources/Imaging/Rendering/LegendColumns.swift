/// A legend's lines and columns: entries run down each column, and a column is as wide as its widest entry.
struct LegendColumns {
    /// A class's colour and name.
    struct Entry {
        let colour: Colour
        let name: Typeface.Line
    }

    /// Every length is a part of this one, in pixels.
    let em: Int
    /// Entries in each column but the last.
    let rows: Int
    /// All columns with the space around them; 0 without entries.
    let width: Int
    private let entries: [Entry]
    /// The left edges of the columns.
    private let edges: [Int]

    /// At most `rows` lines, with the columns evenly filled.
    init(_ entries: [Entry], em: Int, rows: Int) {
        let columns = max(1, (entries.count + rows - 1) / rows)
        let rows = (entries.count + columns - 1) / columns
        (self.entries, self.em, self.rows) = (entries, em, rows)
        var (edges, right) = ([Int](), 0)
        for start in stride(from: 0, to: entries.count, by: max(1, rows)) {
            edges.append(right + (edges.isEmpty ? em : em * 3 / 2))
            let widest = entries[start..<min(start + rows, entries.count)].map(\.name.width).max() ?? 0
            right = (edges.last ?? 0) + em + em / 2 + widest
        }
        self.edges = edges
        width = entries.isEmpty ? 0 : right + em
    }

    /// From a single line to a single column, in steps of an eighth.
    static func all(_ entries: [Entry], em: Int) -> [LegendColumns] {
        sequence(first: 1) { $0 < entries.count ? $0 + 1 + $0 / 8 : nil }.map {
            LegendColumns(entries, em: em, rows: $0)
        }
    }

    /// All lines with the space around them; 0 without entries.
    var height: Int { entries.isEmpty ? 0 : rows * lineHeight + 2 * margin }
    var lineHeight: Int { em * 3 / 2 }
    /// Above the first line and below the last.
    var margin: Int { em * 5 / 8 }
    /// From the left edge of a swatch, a square of one em, to its name.
    var indent: Int { em + em / 2 }

    /// The entries that stand side by side, and their left edges.
    func entries(ofLine line: Int) -> [(x: Int, entry: Entry)] {
        zip(edges, stride(from: line, to: entries.count, by: rows)).map { ($0, entries[$1]) }
    }
}
