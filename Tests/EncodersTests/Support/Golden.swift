import Foundation
import Tensors
import Testing

/// One golden file: a network's weights, what enters it and what PyTorch says leaves each block.
struct Golden {
    let file: SafetensorsFile

    init(_ name: String) throws {
        let path = try #require(Bundle.module.path(forResource: "Goldens/\(name)", ofType: "safetensors"))
        file = try SafetensorsFile(path: path)
    }

    var weights: Weights { Weights(file).scope("weights") }

    func contains(_ name: String) -> Bool { file.shape(of: name) != nil }

    subscript(name: String) -> Tensor {
        get throws { try file.tensor(name) }
    }
}

/// The largest difference of two tensors of one shape.
func difference(_ a: Tensor, _ b: Tensor) -> Float {
    #expect(a.shape == b.shape)
    return zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

/// The smallest cosine between rows (slices of the last axis) of two tensors of one shape.
func leastCosine(_ a: Tensor, _ b: Tensor) -> Double {
    #expect(a.shape == b.shape)
    let width = a.shape.last ?? 1
    let (a, b) = (a.values, b.values)
    return stride(from: 0, to: a.count, by: width).reduce(1) { least, start in
        var (dot, left, right) = (0.0, 0.0, 0.0)
        for i in start..<start + width {
            dot += Double(a[i]) * Double(b[i])
            left += Double(a[i]) * Double(a[i])
            right += Double(b[i]) * Double(b[i])
        }
        return min(least, dot / max((left * right).squareRoot(), 1e-30))
    }
}

let context = ExecutionContext(team: ThreadTeam(threads: 2))

/// Teams of several sizes, which must not change a bit.
let contexts = [1, 2, 3].map { ExecutionContext(team: ThreadTeam(threads: $0)) }
