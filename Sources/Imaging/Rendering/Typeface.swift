import Foundation

/// An atlas at a size: its own, or enlarged with edges kept sharp.
struct Typeface {
    /// One line of text: glyphs, each at its pen, in pixels of the picture.
    struct Line {
        fileprivate(set) var glyphs: [(glyph: GlyphAtlas.Glyph, pen: Int)] = []
        fileprivate(set) var width = 0
    }

    private let atlas: GlyphAtlas
    /// How much larger than the atlas, in halves.
    private let halves: Int

    /// Text of a size that suits a picture: about 1/72 of its longer side, at least 16 pixels an em.
    init(longestSide: Int) throws {
        let isLarge = longestSide >= 1440
        atlas = try (isLarge ? GlyphAtlas.large : GlyphAtlas.small).get()
        halves = isLarge ? max(2, (longestSide + 432) / 864) : 2
    }

    /// Pixels of an em.
    var em: Int { atlas.size * halves / 2 }

    /// A text in its canonical composition, on one line; ends in an ellipsis where it would be wider than `limit` pixels.
    func line(_ text: String, limit: Int) -> Line {
        let characters = text.precomposedStringWithCanonicalMapping.map(atlas.glyphs(of:))
        let ellipsis = atlas.glyphs(of: "…")
        let limit = limit * 2 / halves
        guard advance(characters) > limit else { return placed(characters.flatMap { $0 }) }
        var (kept, width) = (0, advance([ellipsis]))
        while kept < characters.count, width + advance([characters[kept]]) <= limit {
            width += advance([characters[kept]])
            kept += 1
        }
        return placed(characters[..<kept].flatMap { $0 } + ellipsis)
    }

    /// Calls `ink` with each pixel that the line covers and how much of it, 0 to 1.
    /// - Parameters:
    ///   - x: where the line begins; `y` is its baseline.
    ///   - width: of the surface, as `height`; what lies outside is left out.
    func draw(
        _ line: Line, x: Int, y: Int, width: Int, height: Int, ink: (_ x: Int, _ y: Int, _ coverage: Float) -> Void
    ) {
        let top = y - scaled(atlas.baseline)
        for (glyph, pen) in line.glyphs {
            let left = x + pen + scaled(glyph.left)
            for row in covered(from: top, atlas.cellHeight, limit: height) {
                for column in covered(from: left, glyph.width, limit: width) {
                    let coverage = coverage(of: glyph, x: column - left, y: row - top)
                    if coverage > 0 { ink(column, row, coverage) }
                }
            }
        }
    }

    /// The pixels below `limit` that a side of a cell may cover: enlarged edges spread over half a pixel of the atlas.
    private func covered(from start: Int, _ length: Int, limit: Int) -> Range<Int> {
        let spread = halves > 2 ? (halves + 3) / 4 : 0
        let lower = max(0, start - spread)
        return lower..<max(lower, min(limit, start + scaled(length) + spread))
    }

    private func scaled(_ length: Int) -> Int { length * halves / 2 }

    private func advance(_ characters: [[GlyphAtlas.Glyph]]) -> Int {
        characters.reduce(0) { $0 + $1.reduce(0) { $0 + $1.advance } }
    }

    private func placed(_ glyphs: [GlyphAtlas.Glyph]) -> Line {
        var (line, pen) = (Line(), 0)
        for glyph in glyphs {
            line.glyphs.append((glyph, scaled(pen)))
            pen += glyph.advance
        }
        line.width = scaled(pen)
        return line
    }

    /// Coverage of an enlarged pixel: bilinear between those of the atlas, then steeper, as a sharp edge would be.
    private func coverage(of glyph: GlyphAtlas.Glyph, x: Int, y: Int) -> Float {
        guard halves > 2 else { return atlas.coverage(of: glyph, x: x, y: y) }
        let scale = Float(halves) / 2
        let (u, v) = ((Float(x) + 0.5) / scale - 0.5, (Float(y) + 0.5) / scale - 0.5)
        let (left, top) = (u.rounded(.down), v.rounded(.down))
        let (column, row) = (Int(left), Int(top))
        func between(_ row: Int) -> Float {
            let first = atlas.coverage(of: glyph, x: column, y: row)
            return first + (atlas.coverage(of: glyph, x: column + 1, y: row) - first) * (u - left)
        }
        let (upper, lower) = (between(row), between(row + 1))
        let smooth = upper + (lower - upper) * (v - top)
        return min(1, max(0, (smooth - 0.5) * max(1, scale / 1.3) + 0.5))
    }
}
