import Tensors
import Testing

@Suite("Weights")
struct WeightsTests {
    private let temporary: TemporaryFile
    private let weights: Weights

    init() throws {
        temporary = try TemporaryFile()
        try SafetensorsFile.write(
            [
                ("blocks.0.norm.weight", Tensor([2], [1, 2])), ("blocks.0.norm.bias", Tensor([2], [3, 4])),
                ("blocks.10.norm.weight", Tensor([2, 2], [0, 1, .infinity, 3])), ("head", Tensor([1], [5])),
            ], to: temporary.path)
        weights = Weights(try SafetensorsFile(path: temporary.path))
    }

    @Test("scopes prefix the names, and reading through any of them counts")
    func scopes() throws {
        let norm = weights.scope("blocks.0").scope("norm")
        #expect(try norm.tensor("weight", [2]).values == [1, 2])
        #expect(try norm.optional("bias", [2])?.values == [3, 4])
        #expect(try norm.optional("scale", [2]) == nil)
        try weights.scope("blocks.0").requireAllUsed()
        #expect(
            throws: SafetensorsError.unused(file: temporary.path, tensors: ["blocks.10.norm.weight", "head"])
        ) { try weights.requireAllUsed() }
    }

    @Test("a scope is found by its whole name only")
    func containment() {
        #expect(weights.contains("blocks.0") && weights.contains("head") && weights.scope("blocks").contains("10"))
        #expect(!weights.contains("blocks.1") && !weights.contains("hea") && !weights.scope("head").contains("head"))
    }

    @Test("a missing tensor, another shape and an infinite element are refused by name")
    func refusals() throws {
        let file = temporary.path
        #expect(throws: SafetensorsError.missing(file: file, tensor: "tail", expected: [3])) {
            try weights.tensor("tail", [3])
        }
        #expect(throws: SafetensorsError.wrongShape(file: file, tensor: "head", expected: [2], found: [1])) {
            try weights.optional("head", [2])
        }
        let error = #expect(throws: SafetensorsError.self) {
            try weights.scope("blocks.10.norm").tensor("weight", [2, 2])
        }
        #expect(error == .nonFinite(file: file, tensor: "blocks.10.norm.weight", index: [1, 0], value: .infinity))
        #expect(error?.description.contains("holds inf at [1, 0], expected finite numbers") == true)
    }
}
