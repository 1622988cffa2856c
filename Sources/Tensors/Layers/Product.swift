/// A·Bᵀ of two activations in fp32; `a @ b.T`.
///
/// - Parameters:
///   - a: `[M, K]`
///   - b: `[N, K]`
/// - Returns: `[M, N]`
public func product(_ a: Tensor, transposed b: Tensor, _ context: ExecutionContext) throws -> Tensor {
    precondition(a.shape.count == 2 && b.shape.count == 2 && a.shape[1] == b.shape[1], "\(a.shape) · \(b.shape)ᵀ")
    let engine = try Engine(.oneDNN)
    return try engine.pack(b, bias: nil, epilogue: Epilogue())
        .rows(a, outputs: b.shape[0], residual: nil, context)
}
