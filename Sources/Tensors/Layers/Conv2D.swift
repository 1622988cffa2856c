/// A convolution over channels-last maps, act(conv(x) + b + residual); `torch.nn.Conv2d` and what follows it.
public struct Conv2D: Sendable {
    public var inputs: Int { geometry.inputs }
    public var outputs: Int { geometry.outputs }
    private let geometry: ConvolutionGeometry
    private let convolution: any PackedConvolution

    /// - Parameters:
    ///   - weight: `[out, in, kh, kw]`
    ///   - bias: `[out]`
    ///   - stride: at least 1
    ///   - padding: zeros beyond each edge, at least 0
    ///   - dilation: distance of the kernel's taps, at least 1
    /// - Throws: what the engine refuses.
    public init(
        weight: Tensor, bias: Tensor?, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
        activation: Activation = .none, engine: Engine
    ) throws {
        precondition(weight.shape.count == 4, "a convolution's weight is [out, in, kh, kw], not \(weight.shape)")
        precondition(
            stride >= 1 && padding >= 0 && dilation >= 1 && weight.count > 0,
            "no convolution has weights \(weight.shape)")
        precondition((bias?.shape ?? [weight.shape[0]]) == [weight.shape[0]], "a bias for each of \(weight.shape[0])")
        geometry = ConvolutionGeometry(
            inputs: weight.shape[1], outputs: weight.shape[0], kernel: (weight.shape[2], weight.shape[3]),
            stride: stride, padding: padding, dilation: dilation)
        convolution = try engine.pack(weight, bias: bias, geometry: geometry, activation: activation)
    }

    /// - Parameters:
    ///   - x: `[H, W, in]`
    ///   - residual: `[H', W', out]`, added before the activation, as in ResNet.
    /// - Returns: `[H', W', out]`, H' = ⌊(H + 2·padding − dilation·(kh − 1) − 1) / stride⌋ + 1
    public func callAsFunction(
        _ x: Tensor, adding residual: Tensor? = nil, _ context: ExecutionContext
    ) throws -> Tensor {
        precondition(x.shape.count == 3 && x.shape[2] == inputs, "a convolution of \(inputs) cannot take \(x.shape)")
        let padded = (x.shape[0] + 2 * geometry.padding, x.shape[1] + 2 * geometry.padding)
        let reach = (geometry.dilation * (geometry.kernel.height - 1), geometry.dilation * (geometry.kernel.width - 1))
        precondition(padded.0 > reach.0 && padded.1 > reach.1, "a kernel larger than the padded map \(x.shape)")
        return try convolution(x, adding: residual, context)
    }
}
