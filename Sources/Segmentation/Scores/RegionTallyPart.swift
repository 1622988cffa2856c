import Imaging

/// One band's share of a ``RegionTally``: sums over the runs of its rows.
struct RegionTallyPart {
    /// The region of each run.
    private(set) var regions: [Int] = []
    private(set) var confidence: [ProbabilitySum]
    /// The probabilities of the first `classes` classes, run by run.
    private(set) var probabilities: [ProbabilitySum]
    /// The run of each pixel, −1 where there is none.
    private var runs: [Int32]

    /// - Parameter classes: how many are summed; 0 when only each region's own is.
    init(of regions: LabelRegions, _ field: LogitField, _ rows: Range<Int>, classes: Int) {
        let width = field.picture.width
        var (owners, runs) = ([Int](), [Int32](repeating: -1, count: rows.count * width))
        for y in rows {
            regions.forEachRun(ofRow: y) { columns, region in
                for x in columns { runs[(y - rows.lowerBound) * width + x] = Int32(owners.count) }
                owners.append(region)
            }
        }
        var confidence = [ProbabilitySum](repeating: ProbabilitySum(), count: owners.count)
        var probabilities = [ProbabilitySum](repeating: ProbabilitySum(), count: owners.count * classes)
        field.forEachPixel(of: rows) { pixel, logits in
            let run = Int(runs[pixel])
            guard run >= 0 else { return }
            confidence[run] += logits.probability(of: Int(regions.regions[owners[run]].label) - 1)
            if classes > 0 { logits.addProbabilities(of: classes, to: &probabilities, at: run * classes) }
        }
        (self.regions, self.runs) = (owners, runs)
        (self.confidence, self.probabilities) = (confidence, probabilities)
    }

    /// The region of each pixel, row-major; `none` where there is none.
    func owners(else none: Int) -> [UInt32] { runs.map { UInt32($0 < 0 ? none : regions[Int($0)]) } }
}
