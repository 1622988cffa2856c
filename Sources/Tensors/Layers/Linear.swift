/// A fully connected layer, act(x·Wᵀ + b) (+ residual); `torch.nn.Linear` and what follows it.
public struct Linear: Sendable {
    public let inputs: Int
    public let outputs: Int
    private let product: any PackedProduct

    /// - Parameters:
    ///   - weight: `[out, in]`
    ///   - bias: `[out]`
    /// - Throws: what the engine refuses.
    public init(weight: Tensor, bias: Tensor?, activation: Activation = .none, engine: Engine) throws {
        precondition(weight.shape.count == 2 && (bias?.shape ?? [weight.shape[0]]) == [weight.shape[0]])
        (outputs, inputs) = (weight.shape[0], weight.shape[1])
        product = try engine.pack(weight, bias: bias, epilogue: Epilogue(activation: activation))
    }

    /// - Parameters:
    ///   - x: `[…, in]`
    ///   - residual: `[…, out]`, added after the activation.
    /// - Returns: `[…, out]`
    public func callAsFunction(
        _ x: Tensor, adding residual: Tensor? = nil, _ context: ExecutionContext
    ) throws -> Tensor {
        precondition(x.shape.last == inputs, "a product of \(inputs) inputs cannot take \(x.shape)")
        let rows = x.count / inputs
        return try product.rows(
            x.reshaped([rows, inputs]), outputs: outputs, residual: residual?.reshaped([rows, outputs]), context
        ).reshaped(x.shape.dropLast() + [outputs])
    }
}
