import Imaging

/// The region that an answer, or the oracle, gives to each class of the data set. Only the oracle's may overlap.
struct PredictedRegions: Sendable {
    /// By label; classes without pixels may be missing.
    private(set) var masks: [UInt8: [Bool]] = [:]
    /// Pixels of any class, those of names outside the data set included.
    private(set) var foreground: [Bool]

    init(pixels: Int) { foreground = [Bool](repeating: false, count: pixels) }

    /// The regions of an answer to `asked`.
    init(_ map: LabelMap, asked: AskedNames) {
        self.init(pixels: map.labels.count)
        let areas = map.pixelCounts(classes: asked.labels.count)
        for (index, label) in asked.labels.enumerated() where areas[index + 1] > 0 {
            add(map.labels.map { $0 == UInt16(index + 1) }, to: label)
        }
    }

    /// - Parameter label: nil for a name outside the data set.
    mutating func add(_ mask: [Bool], to label: UInt8?) {
        for pixel in mask.indices where mask[pixel] { foreground[pixel] = true }
        if let label { masks[label] = mask }
    }
}
