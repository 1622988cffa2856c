public import Tensors

/// Weights drawn from a seed, for a network of any shape: what it asks for is made then.
///
/// A tensor's elements follow from the seed, its name and its shape. They start networks that stay lively through many
/// layers, so that random ones can stand for trained ones wherever only the architecture matters.
public struct RandomWeights: WeightSource {
    public let seed: UInt64
    public var path: String { "random weights of seed \(seed)" }
    public let names: [String] = []

    public init(seed: UInt64) { self.seed = seed }

    public func shape(of name: String) -> [Int]? { nil }

    public func tensor(_ name: String, _ shape: [Int]) -> Tensor {
        rows(0..<(shape.first ?? 1), of: WeightLayout.Entry(name, shape))
    }

    /// The slice `range` of the first axis of a tensor.
    func rows(_ range: Range<Int>, of entry: WeightLayout.Entry) -> Tensor {
        let shape = [range.count] + entry.shape.dropFirst()
        switch InitialValues(entry) {
        case .constant(let value):
            return Tensor(shape, Array(repeating: value, count: shape.reduce(1, *)))
        case .bell(let deviation, let isBalanced):
            let numbers = RandomNumbers(seed: seed, name: entry.name)
            let width = entry.shape.dropFirst().reduce(1, *)
            let scale = deviation / RandomNumbers.bellDeviation
            return Tensor(shape) { elements in
                for row in 0..<range.count {
                    numbers.fill(
                        &elements, from: row * width, at: (range.lowerBound + row) * width, count: width, scale: scale,
                        isBalanced: isBalanced)
                }
            }
        }
    }
}

extension RandomNumbers {
    /// Writes one row of a tensor.
    ///
    /// - Parameters:
    ///   - start: where it goes in `elements`.
    ///   - place: where it stands in the tensor.
    ///   - isBalanced: whether the row's mean is taken from it.
    fileprivate func fill(
        _ elements: inout MutableSpan<Float>, from start: Int, at place: Int, count: Int, scale: Float, isBalanced: Bool
    ) {
        var sum = 0
        for index in 0..<count {
            let number = bell(at: place + index)
            sum += number
            elements[start + index] = Float(number)
        }
        let mean = isBalanced ? Float(sum / count) : 0
        for index in start..<start + count { elements[index] = (elements[index] - mean) * scale }
    }
}
