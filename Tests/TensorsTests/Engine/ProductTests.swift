import Tensors
import TestSupport
import Testing

@Suite("Products")
struct ProductTests {
    /// act(xWᵀ + b) + residual by definition.
    private func expected(
        _ backend: Backend, _ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ activation: Activation,
        _ residual: Tensor?
    ) -> Tensor {
        let (rows, outputs, inputs) = (x.shape[0], weight.shape[0], weight.shape[1])
        let y = Textbook.convolution(
            backend.taken(x).reshaped([1, rows, inputs]),
            weight: backend.taken(weight).reshaped([outputs, inputs, 1, 1]), bias: bias, stride: 1, padding: 0,
            dilation: 1, activation: activation)
        return residual.map { add(y.reshaped([rows, outputs]), $0) } ?? y.reshaped([rows, outputs])
    }

    @Test(
        "equal the textbook's with every activation, with the same bits for 1, 2 and 3 threads",
        arguments: Backend.available)
    func equalTextbook(backend: Backend) throws {
        for seed in 0..<24 {
            var generator = SplitMix64(seed: 100 + UInt64(seed))
            let activation = [Activation.none, .relu, .gelu, .quickGELU][seed % 4]
            let (rows, inputs, outputs) = (
                Int.random(in: 1...200, using: &generator), Int.random(in: 1...300, using: &generator),
                Int.random(in: 1...300, using: &generator)
            )
            let x = Tensor.random([rows, inputs], scale: 2, &generator)
            let weight = Tensor.random([outputs, inputs], scale: 1 / Float(inputs).squareRoot(), &generator)
            let bias = seed % 3 == 0 ? nil : Tensor.random([outputs], &generator)
            let residual = seed % 5 < 2 ? nil : Tensor.random([rows, outputs], &generator)
            let layer = try Linear(weight: weight, bias: bias, activation: activation, engine: backend.engine)
            let results = try (1...3).map {
                try layer(x, adding: residual, ExecutionContext(team: ThreadTeam(threads: $0)))
            }
            #expect(
                results[0].error(against: expected(backend, x, weight, bias, activation, residual)) <= 1, "seed \(seed)"
            )
            #expect(results.allSatisfy { $0.values == results[0].values }, "seed \(seed)")
        }
    }

    @Test(
        "give a row the same bits alone and at every place among 255",
        arguments: Backend.available, [[384, 1152], [77, 50], [1536, 384]])
    func rowsAreIndependent(backend: Backend, extents: [Int]) throws {
        var generator = SplitMix64(seed: 5)
        let weight = Tensor.random([extents[1], extents[0]], scale: 0.05, &generator)
        let layer = try Linear(weight: weight, bias: nil, activation: .gelu, engine: backend.engine)
        let context = ExecutionContext(team: ThreadTeam(threads: 2))
        let row = Tensor.random([1, extents[0]], &generator)
        let alone = try layer(row, context).values
        let copies = try layer(Tensor([255, extents[0]], (0..<255).flatMap { _ in row.values }), context)
        #expect((0..<255).allSatisfy { copies.rows($0..<$0 + 1).values == alone })
        let others = Tensor.random([255, extents[0]], &generator).values
        let among = try layer(Tensor([511, extents[0]], others + row.values + others), context)
        #expect(among.rows(255..<256).values == alone)
    }

    @Test("of two activations equal the textbook's")
    func ofActivations() throws {
        var generator = SplitMix64(seed: 9)
        let (a, b) = (Tensor.random([61, 47], &generator), Tensor.random([35, 47], scale: 0.1, &generator))
        let fp32 = Backend(kind: .oneDNN, precision: .fp32)
        let y = try product(a, transposed: b, ExecutionContext(team: ThreadTeam(threads: 2)))
        #expect(y.error(against: expected(fp32, a, b, nil, .none, nil)) <= 1)
    }

    @Test("stop at the first tile after cancellation", arguments: Backend.available)
    func cancellation(backend: Backend) throws {
        struct Stopped: Error {}
        let layer = try Linear(weight: Tensor(zeros: [8, 8]), bias: nil, engine: backend.engine)
        let context = ExecutionContext(team: ThreadTeam(threads: 2)) { throw Stopped() }
        #expect(throws: Stopped.self) { try layer(Tensor(zeros: [100, 8]), context) }
    }

    @Test("in bf16 are refused where the engine has none")
    func refusesBF16() {
        #expect(throws: EngineError.self) { try Engine(.openBLAS, precision: .bf16) }
        if !Engine.processorHasBF16 {
            #expect(throws: EngineError.self) { try Engine(.oneDNN, precision: .bf16) }
        }
    }
}
