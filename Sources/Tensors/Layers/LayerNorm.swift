import CKernels

/// Normalisation of each row to mean 0 and variance 1, then weight and bias; `torch.nn.LayerNorm`.
public struct LayerNorm: Sendable {
    private let weight: Tensor
    private let bias: Tensor
    private let epsilon: Float

    /// - Parameters:
    ///   - weight: `[D]`
    ///   - bias: `[D]`
    ///   - epsilon: added to the variance; a field of every published checkpoint, so without default.
    public init(weight: Tensor, bias: Tensor, epsilon: Float) {
        precondition(weight.shape.count == 1 && weight.shape == bias.shape)
        (self.weight, self.bias, self.epsilon) = (weight, bias, epsilon)
    }

    /// - Parameter x: `[…, D]`
    public func callAsFunction(_ x: Tensor, _ context: ExecutionContext) throws -> Tensor {
        precondition(x.shape.last == weight.count, "a norm of \(weight.count) channels cannot take \(x.shape)")
        return try x.mapRows(context) { source, target, rows in
            weight.withUnsafeBase { weight in
                bias.withUnsafeBase {
                    rows_layer_norm(source, target, rows, bias.count, weight, $0, epsilon)
                }
            }
        }
    }
}
