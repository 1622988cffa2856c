import Foundation

/// Letters of one size as coverage, all in one picture: what `training/glyphs/atlas.py` drew.
struct GlyphAtlas: Sendable {
    /// One letter: where its cell lies in the atlas, and how the pen goes on.
    struct Glyph: Equatable {
        /// Pixels from this pen to the next.
        let advance: Int
        /// Pixels from the pen to the cell's left edge.
        let left: Int
        /// The cell in the atlas; every cell is ``GlyphAtlas/cellHeight`` high.
        let x: Int
        let y: Int
        let width: Int
    }

    /// An atlas as it is written down.
    struct Source {
        let size: Int
        let cellHeight: Int
        let baseline: Int
        /// In base64, three bytes for each cell: advance, left + 64, width.
        let metrics: String
        /// In base64, a grey PNG whose levels, 0 to 15, are coverage.
        let png: String
    }

    /// Pixels of an em.
    let size: Int
    let cellHeight: Int
    /// Rows of a cell above the line that letters stand on.
    let baseline: Int
    private let page: LabelMap
    private let glyphs: [UInt32: Glyph]
    /// What stands for a character that the atlas lacks.
    private let box: Glyph

    static let small = Result { try GlyphAtlas(.small) }
    static let large = Result { try GlyphAtlas(.large) }

    private init(_ source: Source) throws {
        (size, cellHeight, baseline) = (source.size, source.cellHeight, source.baseline)
        page = try LabelMap(png: Self.bytes(source.png), name: "glyph atlas")
        var cells = Self.cells(Self.bytes(source.metrics), rows: source.cellHeight, within: page.width)
        guard let last = cells.popLast() else { throw ImagingFailure.notEncoded(reason: "the glyph atlas is empty") }
        box = last
        glyphs = Dictionary(zip(Self.points(Source.points), cells)) { first, _ in first }
    }

    /// The glyphs of one character as people count them; one box where any part of it is not in the atlas.
    func glyphs(of character: Character) -> [Glyph] {
        let parts = character.unicodeScalars.map { glyphs[$0.value] }
        let known = parts.compactMap { $0 }
        return known.count == parts.count ? known : [box]
    }

    /// How much of a pixel of a cell is ink, 0 to 1; outside of the cell 0.
    func coverage(of glyph: Glyph, x: Int, y: Int) -> Float {
        guard x >= 0, x < glyph.width, y >= 0, y < cellHeight else { return 0 }
        return Float(page.labels[(glyph.y + y) * page.width + glyph.x + x]) / 15
    }

    private static func bytes(_ base64: String) -> [UInt8] {
        Array(Data(base64Encoded: base64, options: .ignoreUnknownCharacters) ?? Data())
    }

    private static func cells(_ metrics: [UInt8], rows: Int, within pageWidth: Int) -> [Glyph] {
        var (x, y) = (0, 0)
        return stride(from: 0, to: metrics.count - 2, by: 3).map { place in
            let width = Int(metrics[place + 2])
            if x + width > pageWidth { (x, y) = (0, y + rows) }
            defer { x += width }
            return Glyph(advance: Int(metrics[place]), left: Int(metrics[place + 1]) - 64, x: x, y: y, width: width)
        }
    }

    private static func points(_ ranges: String) -> [UInt32] {
        ranges.split(whereSeparator: \.isWhitespace).flatMap { range -> [UInt32] in
            let ends = range.split(separator: "-").compactMap { UInt32($0, radix: 16) }
            guard let first = ends.first, let last = ends.last, first <= last else { return [] }
            return Array(first...last)
        }
    }
}
