/// A fully connected layer, act(x·Wᵀ + b) (+ residual); `torch.nn.Linear` and what follows it.
public struct Linear: Sendable {
    public let inputs: Int
    public let outputs: Int
    private let activation: Activation
    private let product: any PackedConvolution

    /// - Parameters:
    ///   - weight: `[out, in]`
    ///   - bias: `[out]`
    /// - Throws: what the engine refuses.
    public init(weight: Tensor, bias: Tensor?, activation: Activation = .none, engine: Engine) throws {
        precondition(weight.shape.count == 2 && (bias?.shape ?? [weight.shape[0]]) == [weight.shape[0]])
        (outputs, inputs) = (weight.shape[0], weight.shape[1])
        self.activation = activation
        product = try engine.pack(weight, bias: bias, activation: activation)
    }

    /// - Parameters:
    ///   - x: `[…, in]`
    ///   - residual: `[…, out]`, added after the activation.
    /// - Returns: `[…, out]`
    public func callAsFunction(
        _ x: Tensor, adding residual: Tensor? = nil, _ context: ExecutionContext
    ) throws -> Tensor {
        precondition(x.shape.last == inputs, "a product of \(inputs) inputs cannot take \(x.shape)")
        let shape = Array(x.shape.dropLast()) + [outputs]
        precondition(residual == nil || residual?.shape == shape, "a residual is shaped as the result, \(shape)")
        let rows = x.count / inputs
        let other = residual?.reshaped([rows, outputs])
        // Engines add before the activation.
        let isFused = activation == .none
        let y = try product.rows(x.reshaped([rows, inputs]), adding: isFused ? other : nil, context)
        return (isFused ? y : other.map { add(y, $0) } ?? y).reshaped(shape)
    }
}
