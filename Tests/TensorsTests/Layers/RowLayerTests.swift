import CKernels
import Tensors
import TestSupport
import Testing

@Suite("Layers by rows")
struct RowLayerTests {
    private let context = ExecutionContext(team: ThreadTeam(threads: 2))

    private func textbook(_ x: Tensor, _ weight: Tensor, _ bias: Tensor, _ epsilon: Double) -> Tensor {
        let (rows, width) = (x.shape[0], x.shape[1])
        return Tensor(
            x.shape,
            (0..<rows).flatMap { row -> [Float] in
                let values = x.rows(row..<row + 1).values.map(Double.init)
                let mean = values.reduce(0, +) / Double(width)
                let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
                return values.enumerated().map {
                    Float(($1 - mean) / (variance + epsilon).squareRoot() * Double(weight[$0]) + Double(bias[$0]))
                }
            })
    }

    @Test("cut a window from a map")
    func window() {
        let map = Tensor([3, 4, 2], (0..<24).map(Float.init))
        let part = map.window(rows: 1..<3, columns: 1..<3)
        #expect(part.shape == [2, 2, 2])
        #expect(part.values == [10, 11, 12, 13, 18, 19, 20, 21])
        #expect(map.window(rows: 0..<3, columns: 0..<4).values == map.values)
    }

    @Test("normalise each row to mean 0 and variance 1", arguments: [2, 15, 16, 17, 192, 384, 1023])
    func layerNorm(width: Int) throws {
        var generator = SplitMix64(seed: UInt64(width))
        let x = Tensor.random([37, width], scale: 3, &generator)
        let (weight, bias) = (Tensor.random([width], &generator), Tensor.random([width], &generator))
        let expected = textbook(x, weight, bias, 1e-6)
        #expect(try LayerNorm(weight: weight, bias: bias, epsilon: 1e-6)(x, context).error(against: expected) <= 1)
    }

    /// A level above the processor's cannot run here; the machines that have it run it.
    @Test("normalise alike at every processor level", arguments: 0...rows_level())
    func layerNormLevels(level: Int32) throws {
        var generator = SplitMix64(seed: 21)
        let (x, weight, bias) = (
            Tensor.random([9, 83], &generator), Tensor.random([83], &generator), Tensor.random([83], &generator)
        )
        var y = [Float](repeating: 0, count: 9 * 83)
        rows_layer_norm_at(level, x.values, &y, 9, 83, weight.values, bias.values, 1e-5)
        #expect(Tensor([9, 83], y).error(against: textbook(x, weight, bias, 1e-5)) <= 1)
    }

    @Test("divide a row by its length, and leave a row of zeros")
    func unitRows() throws {
        let y = try normalizedRows(Tensor([3, 2], [3, 4, 0, 0, -5, 12]), context)
        #expect(y.error(against: Tensor([3, 2], [0.6, 0.8, 0, 0, -5 / 13, 12 / 13])) <= 1)
    }

    @Test("average over the windows of PyTorch's adaptive pooling")
    func adaptivePooling() throws {
        // torch.nn.functional.adaptive_avg_pool2d(torch.arange(10.).reshape(1, 1, 2, 5), (1, 3))
        let x = Tensor([2, 5, 1], (0..<10).map(Float.init))
        #expect(try averagePool(adaptive: x, to: (1, 3), context).values == [3, 4.5, 6])
    }

    @Test("join channels, clamp and add element by element")
    func elementwise() throws {
        let (a, b) = (Tensor([2, 1], [1, -2]), Tensor([2, 2], [3, -4, 5, 6]))
        #expect(try concatenateChannels([a, b], context).values == [1, 3, -4, -2, 5, 6])
        #expect(try relu(b, context).values == [3, 0, 5, 6])
        #expect(add(b, b).values == [6, -8, 10, 12])
    }

    @Test("round to bf16 as the definition does, ties to even")
    func bf16() {
        var generator = SplitMix64(seed: 2)
        let bits: [UInt32] = [0x3F80_8000, 0x3F81_8000, 0x3F80_8001, 0x7F7F_FFFF, 0x7F80_0000, 0x8000_0000]
        let x = Tensor([33], bits.map(Float.init(bitPattern:)) + Tensor.random([27], scale: 100, &generator).values)
        var y = [UInt16](repeating: 0, count: 33)
        rows_to_bf16(x.values, &y, 33)
        #expect(y.map { UInt32($0) << 16 } == x.roundedToBF16.values.map(\.bitPattern))
    }
}
