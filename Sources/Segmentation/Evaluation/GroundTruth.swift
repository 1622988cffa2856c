import Imaging

/// What is known about each pixel of a picture. Only evaluation may see it.
struct GroundTruth: Sendable, Equatable {
    static let ignored: UInt8 = 255

    let size: PictureSize
    /// Row-major: 0 is rest, i is class i counted from 1, 255 is ignored.
    private(set) var labels: [UInt8]

    init(size: PictureSize, labels: [UInt8]) {
        precondition(labels.count == size.area, "\(labels.count) labels for \(size)")
        self.size = size
        self.labels = labels
    }

    /// - Parameters:
    ///   - mask: indices, 8-bit.
    ///   - path: what errors call it.
    init(_ mask: LabelMap, classes: Int, path: String) throws {
        if let index = mask.labels.first(where: { $0 > classes && $0 != UInt16(Self.ignored) }) {
            throw SegmentationError.dataset(
                path: path, problem: "holds the index \(index), but classes.json names \(classes) classes")
        }
        self.init(size: PictureSize(width: mask.width, height: mask.height), labels: mask.labels.map { UInt8($0) })
    }

    /// The classes that occur.
    var classes: Set<UInt8> { Set(labels).subtracting([0, Self.ignored]) }

    func occurs(_ label: UInt8) -> Bool { labels.contains(label) }

    /// The same with the pixels of classes that were not asked for as rest: none of the names asked covers them.
    func restricted(to asked: Set<UInt8>) -> GroundTruth {
        var restricted = self
        for pixel in labels.indices where labels[pixel] != Self.ignored && !asked.contains(labels[pixel]) {
            restricted.labels[pixel] = 0
        }
        return restricted
    }
}
