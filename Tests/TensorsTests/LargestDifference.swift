/// max |a[i] − b[i]|; infinite where the counts differ, and NaN where any element is no number.
func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(0) { largest, pair in
        let difference = abs(pair.0 - pair.1)
        return largest.isNaN || difference <= largest ? largest : difference
    }
}
