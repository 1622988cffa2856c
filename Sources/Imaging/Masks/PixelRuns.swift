/// Runs of equal pixels in the lines of a picture (its rows, or its columns), line by line.
struct PixelRuns {
    /// The first pixel of each run, and the one past its last.
    private(set) var starts: [Int32] = []
    private(set) var ends: [Int32] = []
    /// The first run of each line; then the number of runs.
    private(set) var firsts: [Int] = [0]

    var count: Int { starts.count }

    /// The runs of one line.
    func runs(ofLine line: Int) -> Range<Int> { firsts[line]..<firsts[line + 1] }

    /// The pixels of one run.
    subscript(run: Int) -> Range<Int> { Int(starts[run])..<Int(ends[run]) }

    /// Appends a run to the line that is open, after its last.
    mutating func append(_ pixels: Range<Int>) {
        starts.append(Int32(pixels.lowerBound))
        ends.append(Int32(pixels.upperBound))
    }

    mutating func endLine() { firsts.append(starts.count) }

    /// Visits each pair of runs in neighbouring lines that have pixels beside each other.
    func forEachContact(_ body: (_ before: Int, _ run: Int) -> Void) {
        for line in firsts.indices.dropFirst().dropLast() {
            var (before, run) = (firsts[line - 1], firsts[line])
            while before < firsts[line] && run < firsts[line + 1] {
                if starts[before] < ends[run] && starts[run] < ends[before] { body(before, run) }
                if ends[before] < ends[run] { before += 1 } else { run += 1 }
            }
        }
    }
}
