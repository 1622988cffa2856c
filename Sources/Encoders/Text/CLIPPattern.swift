/// How CLIP cuts a text into the pieces that are merged apart from each other:
/// `'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+`, after NFC, collapsing white space and lower-casing.
enum CLIPPattern {
    private enum Kind { case space, letter, number, other }

    private static let contractions: [[Unicode.Scalar]] = [
        ["'", "s"], ["'", "t"], ["'", "r", "e"], ["'", "v", "e"], ["'", "m"], ["'", "l", "l"], ["'", "d"],
    ]

    /// Names of the special tokens that only lower-casing has made such: pieces of their own, cut again by kind.
    private static let specials = ["<|startoftext|>", "<|endoftext|>"].map { Array($0.unicodeScalars) }

    static func pieces(of text: some StringProtocol) -> [String] {
        // Scalar by scalar, because the reference lowers a final sigma like any other.
        let scalars = CanonicalComposition.compose(text).flatMap { $0.properties.lowercaseMapping.unicodeScalars }
        let kinds = scalars.map(kind)
        var pieces: [String] = []
        var index = 0
        var end = scalars.count
        while index < scalars.count {
            if index == end { end = scalars.count }
            if let special = specials.first(where: scalars[index...].starts) { end = index + special.count }
            let length = length(of: scalars[index..<end], kinds[index..<end])
            if kinds[index] != .space {
                pieces.append(String(String.UnicodeScalarView(scalars[index..<index + length])))
            }
            index += length
        }
        return pieces
    }

    private static func length(of scalars: ArraySlice<Unicode.Scalar>, _ kinds: ArraySlice<Kind>) -> Int {
        if let contraction = contractions.first(where: scalars.starts) { return contraction.count }
        switch kinds.first {
        case .letter: return kinds.prefix { $0 == .letter }.count
        case .other: return kinds.prefix { $0 == .other }.count
        default: return 1
        }
    }

    private static func kind(_ scalar: Unicode.Scalar) -> Kind {
        if scalar.properties.isWhitespace { return .space }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return .other
        }
    }
}
