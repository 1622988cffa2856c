import Tensors
import Testing

@Suite("Weight layouts")
struct WeightLayoutTests {
    /// A layer with two parts of one name scope, one of them read twice.
    private static func build(_ weights: Weights, _ engine: Engine) throws -> Linear {
        let weights = weights.scope("head")
        _ = try weights.tensor("bias", [3])
        return try Linear(weight: weights.tensor("weight", [3, 4]), bias: weights.tensor("bias", [3]), engine: engine)
    }

    @Test("hold every tensor that is asked for, once, by its whole name and in the order of asking")
    func entries() throws {
        let layout = try WeightLayout(of: Self.build)
        #expect(layout == WeightLayout([.init("head.bias", [3]), .init("head.weight", [3, 4])]))
        #expect(layout.count == 15)
    }

    @Test("come from layers that refuse to run")
    func unpacked() throws {
        var layer: Linear?
        _ = try WeightLayout { weights, engine in layer = try Self.build(weights, engine) }
        let context = ExecutionContext(team: ThreadTeam(threads: 1))
        #expect(throws: EngineError.self) { try layer?(Tensor(zeros: [2, 4]), context) }
    }

    @Test("of a layer too large for memory take none")
    func memory() throws {
        let side = 1 << 20
        let layout = try WeightLayout { weights, engine in
            try Linear(weight: weights.tensor("weight", [side, side]), bias: nil, engine: engine)
        }
        #expect(layout.count == side * side)
    }

    @Test("come from tensors of zeros that may be rearranged and written like any other")
    func zeros() throws {
        _ = try WeightLayout { weights, _ in
            let blank = try weights.tensor("weight", [2, 3])
            var changed = blank.transposed
            changed.withMutableSpan { $0[5] = 1 }
            var written = blank
            written.withMutableSpan { $0[0] = 2 }
            #expect(changed.values == [0, 0, 0, 0, 0, 1])
            #expect(written.values == [2, 0, 0, 0, 0, 0])
            #expect(blank.values == [0, 0, 0, 0, 0, 0])
        }
    }
}
