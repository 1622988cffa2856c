import Tensors
import TestSupport
import Testing

@Suite("Convolutions")
struct ConvolutionTests {
    /// One layer over one map, of random odd extents.
    struct Problem {
        let x, weight: Tensor
        let bias, residual: Tensor?
        let stride, padding, dilation: Int
        let activation: Activation

        init(_ generator: inout SplitMix64) {
            let kernel = [1, 2, 3, 3, 3, 7].randomElement(using: &generator) ?? 3
            dilation = kernel == 3 ? Int.random(in: 1...4, using: &generator) : 1
            stride = Int.random(in: 1...2, using: &generator)
            padding = Int.random(in: 0...dilation * (kernel / 2), using: &generator)
            let (inputs, outputs) = (
                Int.random(in: 1...40, using: &generator), Int.random(in: 1...40, using: &generator)
            )
            let smallest = dilation * (kernel - 1) + 1
            let height = smallest + Int.random(in: 0...20, using: &generator)
            let width = smallest + Int.random(in: 0...90, using: &generator)
            x = .random([height, width, inputs], &generator)
            let scale = 1 / Float(inputs * kernel * kernel).squareRoot()
            weight = .random([outputs, inputs, kernel, kernel], scale: scale, &generator)
            bias = Bool.random(using: &generator) ? .random([outputs], &generator) : nil
            activation = Bool.random(using: &generator) ? .relu : .none
            let shape = [height, width].map { [padding, stride, dilation] in
                ($0 + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1
            }
            residual = Bool.random(using: &generator) ? .random(shape + [outputs], &generator) : nil
        }

        func expected(_ backend: Backend) -> Tensor {
            Textbook.convolution(
                backend.taken(x), weight: backend.taken(weight), bias: bias, stride: stride, padding: padding,
                dilation: dilation, activation: activation, residual: residual)
        }

        func result(_ backend: Backend, threads: Int) throws -> Tensor {
            let layer = try Conv2D(
                weight: weight, bias: bias, stride: stride, padding: padding, dilation: dilation,
                activation: activation, engine: backend.engine)
            return try layer(x, adding: residual, ExecutionContext(team: ThreadTeam(threads: threads)))
        }
    }

    @Test("equal the textbook's, with the same bits for 1, 2 and 3 threads", arguments: Backend.available)
    func equalTextbook(backend: Backend) throws {
        for seed in 0..<24 {
            var generator = SplitMix64(seed: UInt64(seed))
            let problem = Problem(&generator)
            let one = try problem.result(backend, threads: 1)
            #expect(one.error(against: problem.expected(backend)) <= 1, "seed \(seed)")
            for threads in 2...3 {
                #expect(try problem.result(backend, threads: threads).values == one.values, "seed \(seed)")
            }
        }
    }

    @Test("of one layer keep their weights when the map's extents change", arguments: Backend.available)
    func manySizes(backend: Backend) throws {
        var generator = SplitMix64(seed: 7)
        let weight = Tensor.random([20, 33, 3, 3], scale: 0.06, &generator)
        let layer = try Conv2D(weight: weight, bias: nil, padding: 1, engine: backend.engine)
        let context = ExecutionContext(team: ThreadTeam(threads: 2))
        for width in 3..<30 {
            let x = Tensor.random([7, width, 33], &generator)
            let expected = Textbook.convolution(
                backend.taken(x), weight: backend.taken(weight), bias: nil, stride: 1, padding: 1, dilation: 1,
                activation: .none)
            #expect(try layer(x, context).error(against: expected) <= 1, "width \(width)")
        }
    }

    @Test("that are split because one call would take too long equal the textbook's")
    func splitRows() throws {
        var generator = SplitMix64(seed: 3)
        let weight = Tensor.random([700, 2000, 3, 3], scale: 0.01, &generator)
        let x = Tensor.random([4, 150, 2000], &generator)
        let engine = try Engine(.oneDNN)
        let whole = try Conv2D(weight: weight, bias: nil, padding: 1, engine: engine)(
            x, ExecutionContext(team: ThreadTeam(threads: 2)))
        let some = Tensor(
            [2, 2000, 3, 3], weight.rows(0..<1).values + weight.rows(699..<700).values)
        let expected = Textbook.convolution(
            x, weight: some, bias: nil, stride: 1, padding: 1, dilation: 1, activation: .none)
        let found = Tensor(
            [4, 150, 2], (0..<600).flatMap { [whole[$0 / 150, $0 % 150, 0], whole[$0 / 150, $0 % 150, 699]] })
        #expect(found.error(against: expected) <= 1)
    }

    @Test("transposed, of stride k and kernel k, place each pixel's window", arguments: Backend.available)
    func transposed(backend: Backend) throws {
        var generator = SplitMix64(seed: 11)
        let (weight, bias) = (Tensor.random([13, 5, 4, 4], scale: 0.3, &generator), Tensor.random([5], &generator))
        let x = Tensor.random([3, 7, 13], &generator)
        let y = try ConvTranspose2D(weight: weight, bias: bias, stride: 4, engine: backend.engine)(
            x, ExecutionContext(team: ThreadTeam(threads: 2)))
        let (source, weights) = (backend.taken(x), backend.taken(weight))
        let expected = Tensor(
            [12, 28, 5],
            (0..<12 * 28 * 5).map { index in
                let (row, column, output) = (index / 140, index / 5 % 28, index % 5)
                return Float(
                    (0..<13).reduce(Double(bias[output])) {
                        $0 + Double(source[row / 4, column / 4, $1]) * Double(weights[$1, output, row % 4, column % 4])
                    })
            })
        #expect(y.error(against: expected) <= 1)
    }
}
