import Tensors

/// A residual block of a DRN: two 3×3 convolutions, or 1×1, 3×3 and 1×1, added to what entered.
struct ResidualBlock: Sendable {
    private let layers: [Conv2D]
    private let last: Conv2D
    private let downsample: Conv2D?

    /// - Parameter weights: `conv1`, `bn1`, … by the published names; `downsample.0` and `.1` where the block changes
    ///   the size or the channels.
    init(
        _ trunk: DRNTrunk, _ weights: Weights, from inputs: Int, inner: Int, stride: Int, dilation: Int
    ) throws {
        let outputs = inner * trunk.configuration.block.expansion
        func layer(_ index: Int, from: Int, to: Int, kernel: Int, stride: Int = 1) throws -> Conv2D {
            try trunk.convolution(
                weights, "conv\(index)", norm: "bn\(index)", from: from, to: to, kernel: kernel, stride: stride,
                dilation: kernel == 1 ? 1 : dilation)
        }
        switch trunk.configuration.block {
        case .basic:
            layers = [try layer(1, from: inputs, to: inner, kernel: 3, stride: stride)]
            last = try layer(2, from: inner, to: outputs, kernel: 3)
        case .bottleneck:
            layers = [
                try layer(1, from: inputs, to: inner, kernel: 1),
                try layer(2, from: inner, to: inner, kernel: 3, stride: stride),
            ]
            last = try layer(3, from: inner, to: outputs, kernel: 1)
        }
        downsample =
            stride == 1 && inputs == outputs
            ? nil
            : try trunk.convolution(
                weights, "downsample.0", norm: "downsample.1", from: inputs, to: outputs, kernel: 1, stride: stride,
                activation: .none)
    }

    /// - Parameter x: `[H, W, C]`
    func callAsFunction(_ x: Tensor, _ context: ExecutionContext) throws -> Tensor {
        let skip = try downsample?(x, context) ?? x
        let inner = try layers.reduce(x) { try $1($0, context) }
        return try last(inner, adding: skip, context)
    }
}
