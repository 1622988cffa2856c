import Tensors
import Testing

@testable import Encoders

@Suite("Random weights")
struct RandomWeightsTests {
    private let weights = RandomWeights(seed: 3)

    @Test("follow from seed, name and place alone: pieces make the whole")
    func pieces() throws {
        for shape in [[7, 5], [6, 3, 2, 2], [4, 8, 4, 4], [9]] {
            let entry = WeightLayout.Entry("layer.weight", shape)
            let whole = weights.tensor(entry.name, shape)
            for step in 1...3 {
                let pieces = stride(from: 0, to: shape[0], by: step).map {
                    weights.rows($0..<min($0 + step, shape[0]), of: entry)
                }
                #expect(concatenateRows(pieces).values == whole.values)
            }
        }
    }

    @Test("differ between seeds and between names, and not between calls")
    func distinct() {
        let tensor = weights.tensor("a.weight", [20, 30]).values
        #expect(weights.tensor("a.weight", [20, 30]).values == tensor)
        #expect(weights.tensor("b.weight", [20, 30]).values != tensor)
        #expect(RandomWeights(seed: 4).tensor("a.weight", [20, 30]).values != tensor)
    }

    @Test("have the same bits on every machine")
    func bits() {
        let elements = weights.tensor("a.weight", [2, 2]).values + weights.tensor("stem.weight", [1, 3, 1, 1]).values
        #expect(
            elements.map(\.bitPattern) == [
                3_217_467_784, 1_069_984_136, 3_205_950_727, 1_058_467_079, 3_208_050_176, 1_056_701_440, 1_066_193_792,
            ])
    }

    @Test("come from a bell of the deviation asked for, which ends at 3.5 deviations")
    func bell() {
        let numbers = RandomNumbers(seed: 5, name: "bell")
        let count = 1 << 18
        let drawn = (0..<count).map { Double(numbers.bell(at: $0)) / Double(RandomNumbers.bellDeviation) }
        let mean = drawn.reduce(0, +) / Double(count)
        func moment(_ power: Int) -> Double {
            drawn.reduce(0) { sum, x in sum + (1..<power).reduce(x) { product, _ in product * x } } / Double(count)
        }
        #expect(abs(mean) < 0.01)
        #expect(abs(moment(2) - 1) < 0.01)
        #expect(abs(moment(3)) < 0.02)
        // The sum of four even numbers has a kurtosis of 3 − 6/(5 · 4).
        #expect(abs(moment(4) - 2.7) < 0.03)
        #expect(drawn.allSatisfy { abs($0) <= 3.47 })
    }

    @Test("of norms and biases change nothing")
    func neutral() {
        for (name, value) in [
            ("norm1.weight", Float(1)), ("bn1.running_var", 1), ("bn1.running_mean", 0), ("fc1.bias", 0),
        ] {
            #expect(weights.tensor(name, [5]).values == Array(repeating: value, count: 5))
        }
    }

    @Test("keep the size of a signal, and those of an output sum to 0, but for what sees pixels")
    func sizes() {
        func check(_ name: String, _ shape: [Int], deviation: Float, isBalanced: Bool) {
            let rows = shape[0]
            let values = weights.tensor(name, shape).values
            let width = values.count / rows
            let squares = values.reduce(0) { $0 + $1 * $1 } / Float(values.count)
            #expect(abs(squares.squareRoot() / deviation - 1) < 0.05, "\(name)")
            let sums = (0..<rows).map { row in abs(values[row * width..<(row + 1) * width].reduce(0, +)) }
            #expect(((sums.max() ?? 0) < deviation * Float(width) * 1e-4) == isBalanced, "\(name)")
        }
        check("blocks.0.mlp.fc1.weight", [64, 32], deviation: 1 / Float(32).squareRoot(), isBalanced: true)
        check("blocks.0.mlp.fc2.weight", [64, 32], deviation: 1 / Float(24 * 32).squareRoot(), isBalanced: true)
        check("layer3.0.conv1.weight", [40, 20, 3, 3], deviation: (2 / Float(180)).squareRoot(), isBalanced: true)
        check("layer3.0.conv2.weight", [40, 20, 3, 3], deviation: (0.5 / Float(180)).squareRoot(), isBalanced: true)
        check("layer0.0.weight", [40, 3, 7, 7], deviation: 1 / Float(147).squareRoot(), isBalanced: false)
        check("reassemble.0.resize.weight", [40, 20, 4, 4], deviation: 1 / Float(40).squareRoot(), isBalanced: true)
        check("pos_embed", [1, 50, 32], deviation: 0.5, isBalanced: false)
    }
}
