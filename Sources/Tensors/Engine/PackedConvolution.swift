/// A function applied to each element of a layer's result.
public enum Activation: Sendable {
    case none
    case relu
    /// The exact one, x·Φ(x) (`torch.nn.GELU()`).
    case gelu
    /// x·σ(1.702·x), OpenAI CLIP's.
    case quickGELU
}

/// How a kernel walks over a map.
struct ConvolutionGeometry: Sendable {
    let inputs: Int
    let outputs: Int
    let kernel: (height: Int, width: Int)
    var stride = 1
    var padding = 0
    var dilation = 1

    /// Whether each pixel of the result depends on one pixel alone: a product by rows.
    var isPointwise: Bool { kernel == (1, 1) && stride == 1 && padding == 0 }

    /// The result's extents.
    func output(height: Int, width: Int) -> (height: Int, width: Int) {
        func extent(_ input: Int, _ kernel: Int) -> Int {
            (input + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1
        }
        return (extent(height, kernel.height), extent(width, kernel.width))
    }
}

/// A convolution with fixed weights, packed for one library: act(conv(x) + bias + residual).
///
/// Work runs in tiles whose size follows from the layer and the extents of the map. A library chooses its kernel, and so
/// the order of its sums, by the size of a call: as tiles do not depend on the number of threads, neither do the bits.
/// Products run in tiles of one fixed height, so that a row's bits do not depend on its neighbours either.
protocol PackedConvolution: Sendable {
    /// - Parameters:
    ///   - x: `[H, W, in]`
    ///   - residual: `[H', W', out]`, added before the activation.
    /// - Returns: `[H', W', out]`
    func callAsFunction(_ x: Tensor, adding residual: Tensor?, _ context: ExecutionContext) throws -> Tensor
}

extension PackedConvolution {
    /// The product of each row: `x` is `[rows, in]`, the result `[rows, out]`.
    func rows(_ x: Tensor, adding residual: Tensor?, _ context: ExecutionContext) throws -> Tensor {
        let residual = residual.map { $0.reshaped([1] + $0.shape) }
        let y = try self(x.reshaped([1] + x.shape), adding: residual, context)
        return y.reshaped(Array(y.shape.dropFirst()))
    }
}

/// Stands for a layer whose weights were not packed.
struct UnpackedConvolution: PackedConvolution {
    func callAsFunction(_ x: Tensor, adding residual: Tensor?, _ context: ExecutionContext) throws -> Tensor {
        throw EngineError.notPacked
    }
}
