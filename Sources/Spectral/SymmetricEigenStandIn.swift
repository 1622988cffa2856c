import Tensors

/// Cyclic Jacobi.
func symmetricEigen(_ a: Tensor) throws -> (values: [Float], vectors: Tensor) {
    let n = a.shape[0]
    var m = a.values.map(Double.init)
    var v = [Double](repeating: 0, count: n * n)
    for i in 0..<n { v[i * n + i] = 1 }
    for _ in 0..<30 {
        var off = 0.0
        for i in 0..<n { for j in 0..<i { off += m[i * n + j] * m[i * n + j] } }
        if off < 1e-20 { break }
        for p in 0..<n {
            for q in (p + 1)..<max(n, p + 1) {
                let apq = m[p * n + q]
                if apq * apq < 1e-30 { continue }
                let theta = (m[q * n + q] - m[p * n + p]) / (2 * apq)
                let t = (theta >= 0 ? 1 : -1) / (abs(theta) + (theta * theta + 1).squareRoot())
                let c = 1 / (t * t + 1).squareRoot()
                let s = t * c
                for k in 0..<n {
                    let (x, y) = (m[k * n + p], m[k * n + q])
                    m[k * n + p] = c * x - s * y
                    m[k * n + q] = s * x + c * y
                }
                for k in 0..<n {
                    let (x, y) = (m[p * n + k], m[q * n + k])
                    m[p * n + k] = c * x - s * y
                    m[q * n + k] = s * x + c * y
                    let (vx, vy) = (v[p * n + k], v[q * n + k])
                    v[p * n + k] = c * vx - s * vy
                    v[q * n + k] = s * vx + c * vy
                }
            }
        }
    }
    let order = (0..<n).sorted { m[$0 * n + $0] < m[$1 * n + $1] }
    return (
        order.map { Float(m[$0 * n + $0]) },
        Tensor([n, n], order.flatMap { r in (0..<n).map { Float(v[r * n + $0]) } })
    )
}
