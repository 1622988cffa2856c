import Testing

@testable import Imaging

@Suite("The letters of a legend")
struct TypefaceTests {
    @Test("both atlases have Latin, Greek, Cyrillic and punctuation")
    func coverage() throws {
        let wanted: [ClosedRange<UInt32>] = [
            0x20...0x7e, 0xa0...0x24f, 0x391...0x3a1, 0x3b1...0x3c9, 0x400...0x4ff, 0x2010...0x2027,
        ]
        for atlas in [try GlyphAtlas.small.get(), try GlyphAtlas.large.get()] {
            let box = atlas.glyphs(of: "\u{fffe}")
            for point in wanted.joined() {
                let letter = Character(try #require(Unicode.Scalar(point)))
                #expect(atlas.glyphs(of: letter) != box, "U+\(String(point, radix: 16))")
            }
        }
    }

    @Test("each character without a glyph is one box, however many code points it has")
    func boxes() throws {
        let atlas = try GlyphAtlas.small.get()
        let box = atlas.glyphs(of: "\u{fffe}")
        #expect(box.count == 1)
        for character in "車🚗👩‍👩‍👧שم\n\t🇫🇷" { #expect(atlas.glyphs(of: character) == box, "\(character)") }
        let typeface = try Typeface(longestSide: 100)
        #expect(try ink(typeface, "🚗") == ink(typeface, "م"))
        #expect(try !ink(typeface, "🚗").isEmpty)
        #expect(try ink(typeface, " ").isEmpty)
    }

    @Test("the same text looks the same in either normal form")
    func normalForms() throws {
        let typeface = try Typeface(longestSide: 100)
        #expect(try ink(typeface, "e\u{301}cole") == ink(typeface, "\u{e9}cole"))
    }

    @Test("letters look like themselves", arguments: [100, 1440, 8000])
    func shapes(longestSide: Int) throws {
        let typeface = try Typeface(longestSide: longestSide)
        let em = Double(typeface.em)
        // An I is one upright stem on the baseline, a dash one bar above it, an underscore one below.
        let (stem, dash, low) = (try bounds(typeface, "I"), try bounds(typeface, "-"), try bounds(typeface, "_"))
        #expect(
            abs(Double(stem.height) - 0.73 * em) < 1 + 0.03 * em && Double(stem.width) < 0.2 * em
                && abs(stem.below) <= 1)
        #expect(dash.width > 2 * dash.height && dash.below < 0)
        #expect(low.width > 4 * low.height && low.below > 0)
    }

    @Test("a size suits its picture", arguments: [(1, 16), (640, 16), (1439, 16), (1440, 24), (3840, 48), (8660, 120)])
    func sizes(longestSide: Int, em: Int) throws { #expect(try Typeface(longestSide: longestSide).em == em) }

    @Test("a long text ends in an ellipsis within its limit", arguments: [100, 1440, 2600])
    func ellipsis(longestSide: Int) throws {
        let typeface = try Typeface(longestSide: longestSide)
        let text = String(repeating: "wide name ", count: 30)
        let limit = 9 * typeface.em + 5
        let line = typeface.line(text, limit: limit)
        #expect(line.width <= limit && line.width > limit - 3 * typeface.em)
        let dots = typeface.line("…", limit: limit)
        #expect(line.glyphs.last?.glyph == dots.glyphs.last?.glyph)
        let short = typeface.line("name", limit: limit)
        #expect(short.glyphs.count == 4)
        #expect(typeface.line("name", limit: short.width).glyphs.count == 4)
    }

    /// Where a line lies when its pen starts at (200, 200).
    private func ink(_ typeface: Typeface, _ text: String) throws -> [[Int]] {
        var places: [[Int]] = []
        typeface.draw(typeface.line(text, limit: 10_000), x: 200, y: 200, width: 1000, height: 400) { x, y, coverage in
            if coverage >= 0.5 { places.append([x - 200, y - 200]) }
        }
        return places
    }

    private func bounds(_ typeface: Typeface, _ text: String) throws -> (width: Int, height: Int, below: Int) {
        let places = try ink(typeface, text)
        let (columns, rows) = (places.map { $0[0] }, places.map { $0[1] })
        let left = try #require(columns.min()), top = try #require(rows.min())
        let right = try #require(columns.max()), bottom = try #require(rows.max())
        return (right - left + 1, bottom - top + 1, bottom + 1)
    }
}
