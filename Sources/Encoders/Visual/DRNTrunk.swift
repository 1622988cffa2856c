import Tensors

/// Reads the layers of a DRN-D, folding each batch norm into its convolution.
struct DRNTrunk {
    let configuration: DRN.Configuration
    let engine: Engine

    /// Layer 0, 7×7; the plain layers 1 and 2; the residual layers 3 to 6; the plain layers 7 and 8.
    func layers(_ weights: Weights) throws -> [DRNLayer] {
        let first = try convolution(
            weights, "layer0.0", norm: "layer0.1", from: 3, to: configuration.channels[0], kernel: 7)
        return try [.plain([first])]
            + (1...8).map {
                (3...6).contains($0) ? .residual(try residual($0, weights)) : .plain(try plain($0, weights))
            }
    }

    /// A plain layer: 3×3 convolutions, each with norm and ReLU. Layer 2 halves the picture, layer 7 is dilated by 2.
    private func plain(_ layer: Int, _ weights: Weights) throws -> [Conv2D] {
        try (0..<configuration.blocks[layer - 1]).map { index in
            try convolution(
                weights, "layer\(layer).\(3 * index)", norm: "layer\(layer).\(3 * index + 1)",
                from: index == 0 ? inputs(of: layer) : configuration.channels[layer - 1],
                to: configuration.channels[layer - 1], kernel: 3, stride: layer == 2 && index == 0 ? 2 : 1,
                dilation: layer == 7 ? 2 : 1)
        }
    }

    /// A layer of residual blocks: 3 and 4 halve the map, 5 and 6 are dilated by 2 and 4 instead.
    private func residual(_ layer: Int, _ weights: Weights) throws -> [ResidualBlock] {
        let dilation = [5: 2, 6: 4][layer] ?? 1
        return try (0..<configuration.blocks[layer - 1]).map { index in
            let leaving = configuration.channels[layer - 1] * configuration.block.expansion
            return try ResidualBlock(
                self, weights.scope("layer\(layer).\(index)"), from: index == 0 ? inputs(of: layer) : leaving,
                inner: configuration.channels[layer - 1], stride: index == 0 && layer <= 4 ? 2 : 1,
                dilation: dilation)
        }
    }

    /// Channels that enter a layer.
    private func inputs(of layer: Int) -> Int {
        guard layer > 1 else { return configuration.channels[0] }
        return configuration.channels[layer - 2] * ((3...6).contains(layer - 1) ? configuration.block.expansion : 1)
    }

    /// A convolution with its batch norm, padded so that its stride alone changes the size.
    func convolution(
        _ weights: Weights, _ name: String, norm: String, from inputs: Int, to outputs: Int, kernel: Int,
        stride: Int = 1, dilation: Int = 1, activation: Activation = .relu
    ) throws -> Conv2D {
        try weights.foldedConvolution(
            name, norm: norm, from: inputs, to: outputs, kernel: kernel, stride: stride, dilation: dilation,
            epsilon: configuration.batchNormEpsilon, activation: activation, engine: engine)
    }
}

/// One of the nine layers of a DRN.
enum DRNLayer: Sendable {
    case plain([Conv2D])
    case residual([ResidualBlock])

    /// - Parameter x: `[H, W, C]`
    func callAsFunction(_ x: Tensor, _ context: ExecutionContext) throws -> Tensor {
        switch self {
        case .plain(let convolutions): try convolutions.reduce(x) { try $1($0, context) }
        case .residual(let blocks): try blocks.reduce(x) { try $1($0, context) }
        }
    }
}
