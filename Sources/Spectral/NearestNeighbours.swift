import Synchronization
import Tensors

/// Exact nearest neighbours by comparing every pair, which at a few thousand points takes milliseconds.
enum NearestNeighbours {
    private static let rowsPerItem = 128

    /// For each point the indices of the `count` nearest, itself among them, nearest first; ties to the lower index.
    static func search(_ points: [SIMD8<Float>], count: Int, _ context: ExecutionContext) throws -> [[Int]] {
        let items = (points.count + rowsPerItem - 1) / rowsPerItem
        let found = Mutex([[[Int]]](repeating: [], count: items))
        try context.forEach(items) { item in
            let rows = item * rowsPerItem..<min((item + 1) * rowsPerItem, points.count)
            let neighbours = rows.map { nearest(to: points[$0], in: points, count: min(count, points.count)) }
            found.withLock { $0[item] = neighbours }
        }
        return found.withLock { $0.flatMap { $0 } }
    }

    private static func nearest(to point: SIMD8<Float>, in points: [SIMD8<Float>], count: Int) -> [Int] {
        var distances = [Float](repeating: .infinity, count: count)
        var indices = [Int](repeating: 0, count: count)
        for (index, other) in points.enumerated() {
            let difference = point - other
            let distance = (difference * difference).sum()
            guard distance < distances[count - 1] else { continue }
            var place = count - 1
            while place > 0 && distances[place - 1] > distance {
                distances[place] = distances[place - 1]
                indices[place] = indices[place - 1]
                place -= 1
            }
            distances[place] = distance
            indices[place] = index
        }
        return indices
    }
}
