/// Intersection and areas of predicted and true regions, which may be summed over a data set.
struct RegionCounts: Sendable, Equatable {
    private(set) var intersection = 0
    private(set) var predicted = 0
    private(set) var truth = 0

    /// Intersection over union; nil when both regions are empty.
    var iou: Double? {
        let union = predicted + truth - intersection
        return union == 0 ? nil : Double(intersection) / Double(union)
    }

    mutating func add(predicted: Bool, truth: Bool) {
        if predicted { self.predicted += 1 }
        if truth { self.truth += 1 }
        if predicted && truth { intersection += 1 }
    }

    static func += (sum: inout RegionCounts, other: RegionCounts) {
        sum.intersection += other.intersection
        sum.predicted += other.predicted
        sum.truth += other.truth
    }
}

extension GroundTruth {
    /// How a predicted region meets a class; ignored pixels count nowhere.
    func counts(of label: UInt8, in mask: [Bool]) -> RegionCounts {
        counts(mask) { $0 == label }
    }

    /// How a predicted region meets the true one of the labels that `isInside` accepts.
    func counts(_ mask: [Bool], isInside: (UInt8) -> Bool) -> RegionCounts {
        var counts = RegionCounts()
        for (pixel, label) in labels.enumerated() where label != Self.ignored {
            counts.add(predicted: mask[pixel], truth: isInside(label))
        }
        return counts
    }
}
