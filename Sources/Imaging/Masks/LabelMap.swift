/// The class of every pixel of a picture, row-major: 0 is unlabelled, `i` is the i-th class (counted from 1).
///
/// Masks taken from one map are pairwise disjoint by construction.
public struct LabelMap: Sendable, Equatable {
    public let width: Int
    public let height: Int
    /// `labels[y · width + x]`; its count is `width · height`.
    public var labels: [UInt16]

    public init(width: Int, height: Int, labels: [UInt16]) {
        precondition(width > 0 && height > 0, "a label map has at least one pixel")
        precondition(labels.count == width * height, "\(labels.count) labels for \(width)×\(height) pixels")
        self.width = width
        self.height = height
        self.labels = labels
    }

    /// The region of one label.
    public func mask(of label: UInt16) -> BinaryMask {
        BinaryMask(width: width, height: height, bits: labels.map { $0 == label })
    }

    /// The number of pixels of each label from 0 to `classes`; labels beyond are not counted.
    public func pixelCounts(classes: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: classes + 1)
        for label in labels where Int(label) <= classes { counts[Int(label)] += 1 }
        return counts
    }
}
