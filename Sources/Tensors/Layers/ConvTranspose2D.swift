/// A transposed convolution whose windows do not overlap; `torch.nn.ConvTranspose2d` with kernel = stride, padding 0.
public struct ConvTranspose2D: Sendable {
    public let inputs: Int
    public let outputs: Int
    private let stride: Int
    private let linear: Linear

    /// - Parameters:
    ///   - weight: `[in, out, k, k]`, k = `stride`
    ///   - bias: `[out]`
    /// - Throws: what the engine refuses.
    public init(weight: Tensor, bias: Tensor?, stride: Int, engine: Engine) throws {
        precondition(weight.shape.count == 4 && weight.shape[2] == stride && weight.shape[3] == stride)
        (inputs, outputs, self.stride) = (weight.shape[0], weight.shape[1], stride)
        let (inputs, outputs, area) = (inputs, outputs, stride * stride)
        let matrix = Tensor([area * outputs, inputs]) { result in
            weight.withSpan { weight in
                for input in 0..<inputs {
                    for output in 0..<outputs {
                        for place in 0..<area {
                            result[(place * outputs + output) * inputs + input] =
                                weight[(input * outputs + output) * area + place]
                        }
                    }
                }
            }
        }
        let repeated = bias.map { bias in Tensor([area * outputs], (0..<area).flatMap { _ in bias.values }) }
        linear = try Linear(weight: matrix, bias: repeated, engine: engine)
    }

    /// - Parameter x: `[H, W, in]`
    /// - Returns: `[H·k, W·k, out]`
    public func callAsFunction(_ x: Tensor, _ context: ExecutionContext) throws -> Tensor {
        let (height, width) = (x.shape[0], x.shape[1])
        let windows = try linear(x, context)
        var result = Tensor(uninitialized: [height * stride, width * stride, outputs])
        let run = stride * outputs
        result.withUnsafeMutableBase { target in
            windows.withUnsafeBase { source in
                for row in 0..<height * stride {
                    for column in 0..<width {
                        let window = (row / stride * width + column) * stride + row % stride
                        (target + (row * width + column) * run).update(from: source + window * run, count: run)
                    }
                }
            }
        }
        return result
    }
}
