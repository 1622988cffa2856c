import CKernels
import COpenBLAS

/// A convolution or product on OpenBLAS: each band of output rows as one product of its patches, with the epilogue in a
/// pass of ours.
struct OpenBLASConvolution: PackedConvolution {
    private static let tileRows = 128
    private let geometry: ConvolutionGeometry
    private let weight: Tensor
    private let bias: Tensor?
    private let activation: Activation

    /// - Parameter weight: `[out, in, kh, kw]`
    init(weight: Tensor, bias: Tensor?, geometry: ConvolutionGeometry, activation: Activation) {
        (self.weight, self.bias) = (weight.channelsLast, bias)
        (self.geometry, self.activation) = (geometry, activation)
    }

    func callAsFunction(_ x: Tensor, adding residual: Tensor?, _ context: ExecutionContext) throws -> Tensor {
        let (height, width) = geometry.output(height: x.shape[0], width: x.shape[1])
        let shape = [height, width, geometry.outputs]
        precondition(residual == nil || residual?.shape == shape, "a residual is shaped as the result, \(shape)")
        let (pixels, depth) = (height * width, weight.shape[1])
        let map = rows_patches(
            height: x.shape[0], width: x.shape[1], channels: geometry.inputs, kernel_height: geometry.kernel.height,
            kernel_width: geometry.kernel.width, stride: geometry.stride, padding: geometry.padding,
            dilation: geometry.dilation, output_width: width)
        var y = Tensor(uninitialized: shape)
        try y.withUnsafeMutableBase { y in
            let y = Writable(y)
            try context.forEach((pixels + Self.tileRows - 1) / Self.tileRows) { tile in
                let start = tile * Self.tileRows
                let count = min(pixels - start, Self.tileRows)
                var patches = Tensor(uninitialized: [Self.tileRows, depth])
                patches.withUnsafeMutableBase { patches in
                    x.withUnsafeBase { rows_gather_patches($0, patches, map, start, start + count) }
                    (patches + count * depth).update(repeating: 0, count: (Self.tileRows - count) * depth)
                }
                let place = start * geometry.outputs
                residual.withUnsafeBase { residual in
                    multiply(patches, y.base + place, count, residual: residual.map { $0 + place })
                }
            }
        }
        return y
    }

    /// One tile, whole, of which the first `count` rows are kept.
    private func multiply(
        _ patches: Tensor, _ y: UnsafeMutablePointer<Float>, _ count: Int, residual: UnsafePointer<Float>?
    ) {
        let (outputs, depth) = (Int32(geometry.outputs), Int32(weight.shape[1]))
        var whole = Tensor(uninitialized: [count < Self.tileRows ? Self.tileRows : 0, geometry.outputs])
        whole.withUnsafeMutableBase { scratch in
            let target = count < Self.tileRows ? scratch : y
            patches.withUnsafeBase { patches in
                weight.withUnsafeBase {
                    openblas_product_transposed(
                        Int32(Self.tileRows), outputs, depth, patches, depth, $0, depth, target, outputs)
                }
            }
            if count < Self.tileRows { y.update(from: scratch, count: count * geometry.outputs) }
        }
        bias.withUnsafeBase {
            rows_finish(y, count, geometry.outputs, $0, activation.kernel, residual)
        }
    }
}

extension Activation {
    fileprivate var kernel: rows_activation {
        switch self {
        case .none: rows_none
        case .relu: rows_relu
        case .gelu: rows_gelu
        case .quickGELU: rows_quick_gelu
        }
    }
}

extension Tensor {
    /// A convolution's weight `[out, in, kh, kw]` as the matrix of its patches, `[out, kh·kw·in]`.
    fileprivate var channelsLast: Tensor {
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
