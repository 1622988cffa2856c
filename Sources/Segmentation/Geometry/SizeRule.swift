/// The size at which a network sees a picture.
///
/// Both rules compute with integers alone, so every machine agrees on the size.
public enum SizeRule: Sendable, Equatable {
    /// The visual encoder's: aspect kept, longer side at most `maxSide`, each side rounded to the nearest `multiple`
    /// (halves up), at least one. A picture is enlarged by that rounding only.
    case longestSide(maxSide: Int, multiple: Int)

    /// The spectral stage's: each side rounded to the nearest `patch`; when that grid holds more than `maxTokens`
    /// tokens, the picture shrinks by √(maxTokens·patch²/(H·W)) and its sides are rounded down to `patch`. A side keeps
    /// at least one patch, the other then holds at most `maxTokens`.
    case tokenBudget(maxTokens: Int, patch: Int)

    /// The size at which a picture of size `picture` is seen, in pixels.
    public func size(for picture: PictureSize) -> PictureSize {
        switch self {
        case .longestSide(let maxSide, let multiple): Self.bounded(picture, maxSide: maxSide, multiple: multiple)
        case .tokenBudget(let maxTokens, let patch): Self.budgeted(picture, maxTokens: maxTokens, patch: patch)
        }
    }

    private static func bounded(_ picture: PictureSize, maxSide: Int, multiple: Int) -> PictureSize {
        let longer = picture.longerSide
        let (numerator, denominator) = longer > maxSide ? (maxSide, longer) : (1, 1)
        func rounded(_ side: Int) -> Int {
            multiple * nearest(side * numerator, over: denominator * multiple)
        }
        return PictureSize(width: rounded(picture.width), height: rounded(picture.height))
    }

    private static func budgeted(_ picture: PictureSize, maxTokens: Int, patch: Int) -> PictureSize {
        var columns = nearest(picture.width, over: patch)
        var rows = nearest(picture.height, over: patch)
        if columns * rows > maxTokens {
            // H·√(M·P²/(H·W))/P = √(M·H/W), whose floor is that of the root of the floor.
            columns = min(columns, squareRoot(maxTokens * picture.width / picture.height))
            rows = min(rows, squareRoot(maxTokens * picture.height / picture.width))
            columns = min(max(columns, 1), maxTokens)
            rows = min(max(rows, 1), maxTokens)
        }
        return PictureSize(width: columns * patch, height: rows * patch)
    }

    /// The whole number nearest to `a / b`, halves up, at least 1.
    private static func nearest(_ a: Int, over b: Int) -> Int { max(1, (2 * a + b) / (2 * b)) }

    /// ⌊√n⌋.
    private static func squareRoot(_ n: Int) -> Int {
        var root = Int(Double(n).squareRoot())
        while root * root > n { root -= 1 }
        while (root + 1) * (root + 1) <= n { root += 1 }
        return root
    }
}
