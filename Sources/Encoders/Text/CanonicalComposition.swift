import Foundation

/// Unicode's normalisation form C, `unicodedata.normalize("NFC", text)`.
///
/// Foundation's own composes Hangul wrongly at the edges of its alphabet (U+1113 and U+1176 count as composable, a
/// syllable without a final consonant does not take one) and leaves marks out of order after the three Tibetan vowel
/// signs that decompose to marks. So Hangul is composed here, by the arithmetic of the Unicode Standard §3.12, and those
/// three are decomposed before Foundation sees them.
enum CanonicalComposition {
    private static let syllables: ClosedRange<UInt32> = 0xAC00...0xD7A3
    private static let jamo: ClosedRange<UInt32> = 0x1100...0x11FF
    private static let leading: Range<UInt32> = 0x1100..<0x1113
    private static let vowels: Range<UInt32> = 0x1161..<0x1176
    private static let trailing: Range<UInt32> = 0x11A8..<0x11C3

    static func compose(_ text: some StringProtocol) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var others = String.UnicodeScalarView()
        func flush() {
            result += String(others).precomposedStringWithCanonicalMapping.unicodeScalars
            others.removeAll()
        }
        for scalar in text.unicodeScalars {
            guard syllables.contains(scalar.value) || jamo.contains(scalar.value) else {
                others.append(contentsOf: expanded(scalar))
                continue
            }
            // A mark between two jamo keeps them apart, so only neighbours compose.
            if !others.isEmpty { flush() }
            if let last = result.last, let syllable = syllable(of: last, and: scalar) {
                result[result.count - 1] = syllable
            } else {
                result.append(scalar)
            }
        }
        flush()
        return result
    }

    private static func syllable(of first: Unicode.Scalar, and second: Unicode.Scalar) -> Unicode.Scalar? {
        let (first, second) = (first.value, second.value)
        if leading.contains(first), vowels.contains(second) {
            let pair = (first - leading.lowerBound) * UInt32(vowels.count) + second - vowels.lowerBound
            return Unicode.Scalar(syllables.lowerBound + pair * 28)
        }
        guard syllables.contains(first), (first - syllables.lowerBound) % 28 == 0, trailing.contains(second) else {
            return nil
        }
        return Unicode.Scalar(first + second - trailing.lowerBound + 1)
    }

    private static func expanded(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        switch scalar {
        case "\u{F73}": ["\u{F71}", "\u{F72}"]
        case "\u{F75}": ["\u{F71}", "\u{F74}"]
        case "\u{F81}": ["\u{F71}", "\u{F80}"]
        default: [scalar]
        }
    }
}
