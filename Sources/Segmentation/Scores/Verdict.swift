/// Which classes are in the picture, and what that does to their pixels.
struct Verdict: Sendable, Equatable {
    /// One for each class.
    let present: [Bool]
    /// The label of each channel in the label map: class i is i + 1; the background and absent classes are 0.
    let labels: [UInt16]

    /// - Parameters:
    ///   - scores: presence score of each class.
    ///   - thresholds: the score from which each class counts as present.
    ///   - areas: pixels of each channel; the classes, then the background when it is on.
    ///   - minArea: pixels that a class needs when the background is on. When it is off, one pixel is enough, and the
    ///     scores decide nothing.
    init(scores: [Double], thresholds: [Double], areas: [Int], minArea: Int) {
        let classes = scores.count
        let backgroundIsOn = areas.count > classes
        let present = (0..<classes).map { index in
            backgroundIsOn
                ? areas[index] >= max(minArea, 1) && scores[index] >= thresholds[index]
                : areas[index] > 0
        }
        self.present = present
        labels = areas.indices.map { $0 < classes && present[$0] ? UInt16($0 + 1) : 0 }
    }
}
