/// Tells, row after row, which pixels lie inside of their region: in a square window of 2 · radius + 1 pixels around them,
/// as far as it lies in the map, there is no other label.
///
/// Work is the same for any radius, and memory is one number a column: since which row the row's part of the window has
/// held the same single label without a break.
struct RegionInterior {
    private let map: LabelMap
    private let radius: Int
    private var since: [Int32]
    private var rowsSeen = 0
    /// The first row of the current row's windows.
    private var first: Int32 = 0

    init(_ map: LabelMap, radius: Int) {
        self.map = map
        self.radius = radius
        since = Array(repeating: .max, count: map.width)
    }

    /// Goes on to the row `y`, which is not above the row before. `isInside` then holds for its pixels.
    mutating func advance(to y: Int) {
        while rowsSeen <= min(y + radius, map.height - 1) {
            take(Int32(rowsSeen))
            rowsSeen += 1
        }
        first = Int32(max(0, y - radius))
    }

    /// Whether the current row's pixel of column `x` lies inside.
    func isInside(_ x: Int) -> Bool { since[x] <= first }

    private mutating func take(_ y: Int32) {
        let (width, radius) = (map.width, radius)
        map.labels.withUnsafeBufferPointer { labels in
            since.withUnsafeMutableBufferPointer { since in
                let row = Int(y) * width
                var start = 0
                while start < width {
                    let label = labels[row + start]
                    var end = start + 1
                    while end < width && labels[row + end] == label { end += 1 }
                    for x in start..<end {
                        let isUniform = (start == 0 || x >= start + radius) && (end == width || x < end - radius)
                        if !isUniform {
                            since[x] = .max
                        } else if since[x] == .max || labels[row + x - width] != label {
                            since[x] = y
                        }
                    }
                    start = end
                }
            }
        }
    }
}
