import Tensors

/// Layers read from the names that PyTorch gives their parts.
extension Weights {
    /// `weight [outputs, inputs]` and `bias [outputs]`.
    ///
    /// - Parameter scale: a factor of each output, before the activation.
    func linear(
        _ inputs: Int, _ outputs: Int, scale: [Float]? = nil, activation: Activation = .none, engine: Engine
    ) throws -> Linear {
        let (weight, bias) = (try tensor("weight", [outputs, inputs]), try tensor("bias", [outputs]))
        return try Linear(
            weight: scale.map(weight.scalingRows) ?? weight, bias: scale.map(bias.scalingRows) ?? bias,
            activation: activation, engine: engine)
    }

    /// `weight [width]` and `bias [width]`.
    func layerNorm(_ width: Int, epsilon: Float) throws -> LayerNorm {
        try LayerNorm(weight: tensor("weight", [width]), bias: tensor("bias", [width]), epsilon: epsilon)
    }

    /// `weight [outputs, inputs, kernel, kernel]` and, where it has one, `bias [outputs]`.
    func convolution(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, hasBias: Bool = true,
        activation: Activation = .none, engine: Engine
    ) throws -> Conv2D {
        try Conv2D(
            weight: tensor("weight", [outputs, inputs, kernel, kernel]),
            bias: hasBias ? tensor("bias", [outputs]) : nil,
            stride: stride, padding: padding, activation: activation, engine: engine)
    }

    /// `boundary`: the 1×1 convolution to the logit of a boundary.
    func boundaryHead(_ inputs: Int, engine: Engine) throws -> Conv2D {
        try scope("boundary").convolution(inputs, 1, kernel: 1, engine: engine)
    }

    /// A convolution without bias and its batch norm as one: w·γ/√(σ²+ε), β − μ·γ/√(σ²+ε). It is padded so that its
    /// stride alone changes the size.
    ///
    /// - Parameters:
    ///   - name: of the convolution, with `weight [outputs, inputs, kernel, kernel]`.
    ///   - norm: with `weight`, `bias`, `running_mean` and `running_var`, `[outputs]` each.
    func foldedConvolution(
        _ name: String, norm: String, from inputs: Int, to outputs: Int, kernel: Int, stride: Int = 1,
        dilation: Int = 1, epsilon: Float, activation: Activation, engine: Engine
    ) throws -> Conv2D {
        let norm = scope(norm)
        let beta = try norm.tensor("bias", [outputs]).values
        let mean = try norm.tensor("running_mean", [outputs]).values
        let variance = try norm.tensor("running_var", [outputs]).values
        let scale = zip(try norm.tensor("weight", [outputs]).values, variance).map { $0 / ($1 + epsilon).squareRoot() }
        return try Conv2D(
            weight: tensor("\(name).weight", [outputs, inputs, kernel, kernel]).scalingRows(by: scale),
            bias: Tensor([outputs], (0..<outputs).map { beta[$0] - mean[$0] * scale[$0] }),
            stride: stride, padding: dilation * (kernel / 2), dilation: dilation, activation: activation,
            engine: engine)
    }
}

extension Tensor {
    /// Each slice of the first axis times its factor.
    fileprivate func scalingRows(by factors: [Float]) -> Tensor {
        let width = count / max(factors.count, 1)
        return Tensor(shape) { result in
            withSpan { source in
                for index in source.indices { result[index] = source[index] * factors[index / width] }
            }
        }
    }
}
