import CKernels

/// A convolution over channels-last maps, act(conv(x) + b + residual); `torch.nn.Conv2d` and what follows it.
public struct Conv2D: Sendable {
    public let inputs: Int
    public let outputs: Int
    private let kernel: (height: Int, width: Int)
    private let stride: Int
    private let padding: Int
    private let dilation: Int
    private let product: any PackedProduct

    /// - Parameters:
    ///   - weight: `[out, in, kh, kw]`
    ///   - bias: `[out]`
    /// - Throws: what the engine refuses.
    public init(
        weight: Tensor, bias: Tensor?, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
        activation: Activation = .none, engine: Engine
    ) throws {
        precondition(weight.shape.count == 4, "a convolution's weight is [out, in, kh, kw], not \(weight.shape)")
        (outputs, inputs) = (weight.shape[0], weight.shape[1])
        kernel = (weight.shape[2], weight.shape[3])
        (self.stride, self.padding, self.dilation) = (stride, padding, dilation)
        product = try engine.pack(
            weight.channelsLast, bias: bias, epilogue: Epilogue(activation: activation, addsResidualFirst: true))
    }

    /// - Parameters:
    ///   - x: `[H, W, in]`
    ///   - residual: `[H', W', out]`, added before the activation, as in ResNet.
    /// - Returns: `[H', W', out]`, H' = ⌊(H + 2·padding − dilation·(kh − 1) − 1) / stride⌋ + 1
    public func callAsFunction(
        _ x: Tensor, adding residual: Tensor? = nil, _ context: ExecutionContext
    ) throws -> Tensor {
        precondition(x.shape.count == 3 && x.shape[2] == inputs, "a convolution of \(inputs) cannot take \(x.shape)")
        let (height, width) = (extent(x.shape[0], kernel.height), extent(x.shape[1], kernel.width))
        precondition(height > 0 && width > 0, "a kernel larger than the padded map \(x.shape)")
        if kernel == (1, 1) && stride == 1 && padding == 0 {
            return try product.rows(
                x.reshaped([height * width, inputs]), outputs: outputs,
                residual: residual?.reshaped([height * width, outputs]), context
            ).reshaped([height, width, outputs])
        }
        return try bands(x, height: height, width: width, residual: residual, context)
    }

    private func extent(_ input: Int, _ kernel: Int) -> Int {
        (input + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1
    }

    /// Each band of output rows as one product of its patches.
    private func bands(
        _ x: Tensor, height: Int, width: Int, residual: Tensor?, _ context: ExecutionContext
    ) throws -> Tensor {
        let shape = rows_patches(
            height: x.shape[0], width: x.shape[1], channels: inputs, kernel_height: kernel.height,
            kernel_width: kernel.width, stride: stride, padding: padding, dilation: dilation, output_width: width)
        let depth = inputs * kernel.height * kernel.width
        let alone = ExecutionContext(team: ThreadTeam(threads: 1), checkCancellation: context.checkCancellation)
        var y = Tensor(uninitialized: [height, width, outputs])
        try y.withUnsafeMutableBase { y in
            let y = Writable(y)
            try context.forEach(height) { row in
                var patches = Tensor(uninitialized: [width, depth])
                patches.withUnsafeMutableBase { patches in
                    x.withUnsafeBase { rows_gather_patches($0, patches, shape, row, row + 1) }
                }
                let residual = residual?.rows(row..<row + 1).reshaped([width, outputs])
                let result = try product.rows(patches, outputs: outputs, residual: residual, alone)
                result.withUnsafeBase { (y.base + row * width * outputs).update(from: $0, count: width * outputs) }
            }
        }
        return y
    }
}

extension Tensor {
    /// A convolution's weight `[out, in, kh, kw]` as the matrix of its patches, `[out, kh·kw·in]`.
    var channelsLast: Tensor {
        let (outputs, inputs, area) = (shape[0], shape[1], shape[2] * shape[3])
        return Tensor([outputs, area * inputs]) { result in
            withSpan { weight in
                for output in 0..<outputs {
                    for input in 0..<inputs {
                        for place in 0..<area {
                            result[(output * area + place) * inputs + input] =
                                weight[(output * inputs + input) * area + place]
                        }
                    }
                }
            }
        }
    }
}
