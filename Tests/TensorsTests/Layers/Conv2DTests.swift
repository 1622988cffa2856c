import Tensors
import Testing

@Test("a 3×3 convolution with stride and dilation sums what the definition sums", arguments: EngineKind.allCases)
func convolutionEqualsDefinition(kind: EngineKind) throws {
    let (h, w, c, o, s, p, d) = (9, 11, 3, 5, 2, 2, 2)
    func value(_ i: Int) -> Float { Float((i * 7919) % 101) / 101 - 0.5 }
    let x = Tensor([h, w, c], (0..<h * w * c).map(value))
    let k = Tensor([o, c, 3, 3], (0..<o * c * 9).map { value($0 + 17) })
    let b = Tensor([o], (0..<o).map(value))
    for threads in 1...3 {
        let context = ExecutionContext(team: ThreadTeam(threads: threads))
        let y = try Conv2D(
            weight: k, bias: b, stride: s, padding: p, dilation: d, activation: .relu, engine: Engine(kind))(
                x, context)
        for r in 0..<y.shape[0] {
            for q in 0..<y.shape[1] {
                for f in 0..<o {
                    var sum = b[f]
                    for i in 0..<3 {
                        for j in 0..<3 {
                            let (yy, xx) = (r * s + i * d - p, q * s + j * d - p)
                            guard (0..<h).contains(yy), (0..<w).contains(xx) else { continue }
                            for ch in 0..<c { sum += x[yy, xx, ch] * k[f, ch, i, j] }
                        }
                    }
                    #expect(abs(y[r, q, f] - max(0, sum)) < 1e-5)
                }
            }
        }
    }
}
