/// The regions of a label map: the pixels of each label, or each connected part of them.
///
/// Two pixels are connected when they share a side (4-connectivity). Regions are pairwise disjoint, and their union is
/// what is labelled. Time and memory beyond the map are linear in its rows' runs.
public struct LabelRegions: Sendable {
    /// By label, then by area, largest first, then by their first pixels in reading order.
    public let regions: [Region]
    private let map: LabelMap
    private let rows: PixelRuns
    /// The region of each run.
    private let owners: [Int32]

    public struct Region: Sendable, Equatable {
        /// At least 1.
        public let label: UInt16
        /// Pixels.
        public fileprivate(set) var area: Int
    }

    /// - Parameter connected: whether each connected part is a region of its own, else each label is one.
    public init(_ map: LabelMap, connected: Bool) {
        let (rows, labels) = map.rowRuns()
        var sets = DisjointSets(count: rows.count)
        if connected {
            rows.forEachContact { if labels[$0] == labels[$1] { sets.unite($0, $1) } }
        } else {
            var firsts: [UInt16: Int] = [:]
            for run in labels.indices {
                let first = firsts[labels[run]] ?? run
                firsts[labels[run]] = first
                sets.unite(first, run)
            }
        }
        (regions, owners) = Self.ordered(&sets, rows, labels)
        (self.map, self.rows) = (map, rows)
    }

    /// Hands the runs of row `y` from left to right to `body`: columns, and the region that has them.
    public func forEachRun(ofRow y: Int, _ body: (_ columns: Range<Int>, _ region: Int) -> Void) {
        for run in rows.runs(ofLine: y) { body(rows[run], Int(owners[run])) }
    }

    /// The run lengths of each region, in one pass over the map.
    public func runLengths() -> [RunLengthEncoding] {
        var writers = [RunLengthWriter](repeating: RunLengthWriter(), count: regions.count)
        // Columns are visited from left to right: the run of each row that holds the column only moves on.
        var cursors = (0..<map.height).map { rows.runs(ofLine: $0).lowerBound }
        forEachColumnRun(of: map.labels, width: map.width, height: map.height) { label, pixels in
            guard label > 0 else { return }
            let (x, y) = pixels.lowerBound.quotientAndRemainder(dividingBy: map.height)
            while rows[cursors[y]].upperBound <= x { cursors[y] += 1 }
            writers[Int(owners[cursors[y]])].add(pixels)
        }
        return writers.map { RunLengthEncoding(height: map.height, width: map.width, writer: $0) }
    }

    /// The regions in their order, and for each run the place of its own among them.
    private static func ordered(
        _ sets: inout DisjointSets, _ rows: PixelRuns, _ labels: [UInt16]
    ) -> ([Region], owners: [Int32]) {
        let numbers = sets.numbers()
        var found: [Region] = []
        for run in labels.indices {
            if numbers[run] == found.count { found.append(Region(label: labels[run], area: 0)) }
            found[Int(numbers[run])].area += rows[run].count
        }
        // Numbers count first pixels in reading order.
        let order = found.indices.sorted {
            (found[$0].label, -found[$0].area, $0) < (found[$1].label, -found[$1].area, $1)
        }
        var places = [Int32](repeating: 0, count: order.count)
        for (place, number) in order.enumerated() { places[number] = Int32(place) }
        return (order.map { found[$0] }, numbers.map { places[Int($0)] })
    }
}

extension LabelMap {
    /// The labelled runs of each row, and their labels.
    fileprivate func rowRuns() -> (PixelRuns, labels: [UInt16]) {
        var (runs, found) = (PixelRuns(), [UInt16]())
        labels.withUnsafeBufferPointer { labels in
            for y in 0..<height {
                forEachRun(of: .init(rebasing: labels[y * width..<(y + 1) * width]), from: 0) { label, columns in
                    guard label > 0 else { return }
                    runs.append(columns)
                    found.append(label)
                }
                runs.endLine()
            }
        }
        return (runs, found)
    }
}
