/// A·Bᵀ of two activations in fp32; `a @ b.T`.
///
/// - Parameters:
///   - a: `[M, K]`
///   - b: `[N, K]`
/// - Returns: `[M, N]`
public func product(_ a: Tensor, transposed b: Tensor, _ context: ExecutionContext) throws -> Tensor {
    precondition(a.shape.count == 2 && b.shape.count == 2 && a.shape[1] == b.shape[1], "\(a.shape) · \(b.shape)ᵀ")
    return try Engine(.oneDNN).pack(b, bias: nil, activation: .none).rows(a, adding: nil, context)
}
