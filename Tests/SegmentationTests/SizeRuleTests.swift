import Segmentation
import TestSupport
import Testing

@Suite("The size at which a network sees a picture")
struct SizeRuleTests {
    struct Row: CustomTestStringConvertible {
        let picture: (Int, Int)
        let expected: (Int, Int)
        var testDescription: String { "\(picture) → \(expected)" }
    }

    private func check(_ rule: SizeRule, _ row: Row) {
        let size = rule.size(for: PictureSize(width: row.picture.0, height: row.picture.1))
        #expect(size == PictureSize(width: row.expected.0, height: row.expected.1))
    }

    @Test(
        "The encoder's: longer side at most 480, multiples of 8, never enlarged but by rounding",
        arguments: [
            Row(picture: (480, 360), expected: (480, 360)),
            Row(picture: (960, 720), expected: (480, 360)),
            Row(picture: (4032, 3024), expected: (480, 360)),
            Row(picture: (3024, 4032), expected: (360, 480)),
            Row(picture: (1000, 333), expected: (480, 160)),
            Row(picture: (481, 321), expected: (480, 320)),
            Row(picture: (100, 60), expected: (104, 64)),
            Row(picture: (99, 59), expected: (96, 56)),
            Row(picture: (1, 1), expected: (8, 8)),
            Row(picture: (16384, 1), expected: (480, 8)),
            Row(picture: (3, 477), expected: (8, 480)),
        ])
    func longestSide(_ row: Row) {
        check(.longestSide(maxSide: 480, multiple: 8), row)
    }

    @Test(
        "The spectral stage's: nearest patch within 3600 tokens, else shrunk by √ and rounded down",
        arguments: [
            Row(picture: (480, 480), expected: (480, 480)),
            Row(picture: (480, 360), expected: (480, 360)),
            Row(picture: (483, 480), expected: (480, 480)),
            Row(picture: (484, 480), expected: (480, 472)),
            Row(picture: (1000, 1000), expected: (480, 480)),
            Row(picture: (960, 720), expected: (552, 408)),
            Row(picture: (7, 3), expected: (8, 8)),
            Row(picture: (16384, 1), expected: (16384, 8)),
        ])
    func tokenBudget(_ row: Row) {
        check(.tokenBudget(maxTokens: 3600, patch: 8), row)
    }

    @Test("A strip keeps one row of tokens and stays within the budget")
    func strip() {
        let size = SizeRule.tokenBudget(maxTokens: 500, patch: 8).size(for: PictureSize(width: 16384, height: 9))
        #expect(size == PictureSize(width: 4000, height: 8))
    }

    @Test("Every size is made of whole multiples, within the limits")
    func limits() {
        var random = SplitMix64(seed: 0x51_2E)
        for _ in 0..<2000 {
            let picture = PictureSize(width: random.integer(1...5000), height: random.integer(1...5000))
            let encoded = SizeRule.longestSide(maxSide: 512, multiple: 32).size(for: picture)
            #expect(encoded.width % 32 == 0 && encoded.height % 32 == 0)
            #expect(max(encoded.width, encoded.height) <= max(512, 32))
            let spectral = SizeRule.tokenBudget(maxTokens: 900, patch: 16).size(for: picture)
            #expect(spectral.area / 256 <= 900, "\(picture) became \(spectral)")
            #expect(spectral.width <= picture.width + 15 && spectral.height <= picture.height + 15)
        }
    }
}
