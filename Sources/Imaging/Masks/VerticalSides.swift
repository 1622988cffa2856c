/// The vertical sides of a mask's outline, by column, and how horizontal ones join their ends.
///
/// A side is as long as it can be: its ends are corners of the outline. At each height the corners, from left to right,
/// are joined two by two. Where two pixels of a mask meet at a corner alone, two sides end: one from above and one from
/// below. When the pixels belong to one part, the ring turns away from them, so that what they enclose becomes a ring of
/// its own; else it stays with its pixel, so that each part has its own ring.
struct VerticalSides {
    private var columns: [Int32] = []
    private var tops: [Int32] = []
    private var bottoms: [Int32] = []
    /// The run of the mask that each side bounds.
    private var runs: [Int32] = []
    private var insideOnRight: [Bool] = []
    /// The part of each run.
    private let parts: [Int32]
    /// For each end (of side `s`: 2·s is the top, 2·s + 1 the bottom) the one that a horizontal side joins it to.
    private var joined: [Int32] = []

    var count: Int { columns.count }

    init(_ encoding: RunLengthEncoding) {
        let mask = PixelRuns(columnsOf: encoding)
        parts = mask.parts()
        for x in 0...encoding.width {
            let left = x == 0 ? 0..<0 : mask.runs(ofLine: x - 1)
            let right = x == encoding.width ? 0..<0 : mask.runs(ofLine: x)
            add(mask, left, without: right, column: x, insideOnRight: false)
            add(mask, right, without: left, column: x, insideOnRight: true)
        }
        join(height: encoding.height)
    }

    func hasInsideOnRight(_ side: Int) -> Bool { insideOnRight[side] }

    /// Which connected part of the mask a side bounds.
    func part(of side: Int) -> Int { Int(parts[Int(runs[side])]) }

    /// The closed ring that a side belongs to; `body` is told each of its sides.
    func ring(from first: Int, _ body: (_ side: Int) -> Void) -> [MaskOutline.Corner] {
        var ring: [MaskOutline.Corner] = []
        var side = first
        repeat {
            body(side)
            // The inside stays on the same hand: sides with the inside on their right lead up, the others down.
            let end = insideOnRight[side] ? 2 * side : 2 * side + 1
            let next = Int(joined[end])
            ring.append(corner(end))
            ring.append(corner(next))
            side = next / 2
        } while side != first
        ring.append(ring[0])
        return ring
    }

    private func corner(_ end: Int) -> MaskOutline.Corner {
        MaskOutline.Corner(x: Int(columns[end / 2]), y: Int(end % 2 == 0 ? tops[end / 2] : bottoms[end / 2]))
    }

    /// Adds what of the runs `own` stands beside none of the runs `others`.
    private mutating func add(
        _ mask: PixelRuns, _ own: Range<Int>, without others: Range<Int>, column: Int, insideOnRight: Bool
    ) {
        var other = others.lowerBound
        for run in own {
            var top = mask[run].lowerBound
            while other < others.upperBound && mask[other].upperBound <= top { other += 1 }
            // The last of the others that reaches into this run may reach into the next one too.
            while other < others.upperBound && mask[other].lowerBound < mask[run].upperBound {
                add(column, top, mask[other].lowerBound, run, insideOnRight)
                top = mask[other].upperBound
                if top >= mask[run].upperBound { break }
                other += 1
            }
            add(column, top, mask[run].upperBound, run, insideOnRight)
        }
    }

    private mutating func add(_ column: Int, _ top: Int, _ bottom: Int, _ run: Int, _ insideOnRight: Bool) {
        guard top < bottom else { return }
        columns.append(Int32(column))
        tops.append(Int32(top))
        bottoms.append(Int32(bottom))
        runs.append(Int32(run))
        self.insideOnRight.append(insideOnRight)
    }

    private mutating func join(height: Int) {
        let (ends, firsts) = endsByHeight(height)
        joined = [Int32](repeating: 0, count: ends.count)
        for y in 0...height {
            for place in stride(from: firsts[y], to: firsts[y + 1], by: 2) {
                let (left, right) = (ends[place], ends[place + 1])
                joined[Int(left)] = right
                joined[Int(right)] = left
            }
        }
    }

    /// All ends by height, then from left to right; and the first place of each height.
    private func endsByHeight(_ height: Int) -> ([Int32], firsts: [Int]) {
        var firsts = [Int](repeating: 0, count: height + 2)
        for side in 0..<count {
            firsts[Int(tops[side]) + 1] += 1
            firsts[Int(bottoms[side]) + 1] += 1
        }
        for y in 0...height { firsts[y + 1] += firsts[y] }
        var (ends, places) = ([Int32](repeating: 0, count: 2 * count), firsts)
        for side in 0..<count {
            for end in [2 * side, 2 * side + 1] {
                let y = Int(end % 2 == 0 ? tops[side] : bottoms[side])
                ends[places[y]] = Int32(end)
                places[y] += 1
            }
        }
        for y in 0...height { orderMeetings(&ends, firsts[y]..<firsts[y + 1]) }
        return (ends, firsts)
    }

    /// Where two ends share a corner, the one that a side from the left joins comes first.
    private func orderMeetings(_ ends: inout [Int32], _ places: Range<Int>) {
        for place in places.dropFirst() where columns[Int(ends[place]) / 2] == columns[Int(ends[place - 1]) / 2] {
            let (above, below) = ends[place] % 2 == 1 ? (ends[place], ends[place - 1]) : (ends[place - 1], ends[place])
            let (sideAbove, sideBelow) = (Int(above) / 2, Int(below) / 2)
            let aboveIsFirst = insideOnRight[sideAbove] == (part(of: sideAbove) == part(of: sideBelow))
            (ends[place - 1], ends[place]) = aboveIsFirst ? (above, below) : (below, above)
        }
    }
}

extension PixelRuns {
    /// The runs of a mask's columns.
    fileprivate init(columnsOf encoding: RunLengthEncoding) {
        let height = encoding.height
        var column = 0
        encoding.forEachRunInside { pixels in
            var start = pixels.lowerBound
            while start < pixels.upperBound {
                while start >= (column + 1) * height { endLine(); column += 1 }
                let end = min(pixels.upperBound, (column + 1) * height)
                append(start - column * height..<end - column * height)
                start = end
            }
        }
        while column < encoding.width { endLine(); column += 1 }
    }

    /// The connected part of each run, numbered by their first runs.
    fileprivate func parts() -> [Int32] {
        var sets = DisjointSets(count: count)
        forEachContact { sets.unite($0, $1) }
        return sets.numbers()
    }
}
