import COneDNN

/// A product on oneDNN: bias, activation and residual run while the tile is in the cache.
///
/// `@unchecked Sendable`: the packed weights are written at creation only, and what a run needs besides belongs to the
/// calling thread.
final class OneDNNProduct: PackedProduct, @unchecked Sendable {
    /// Taller tiles are not faster, and a short one wastes little on the padding of the last.
    static let rows = 32
    let tileRows = OneDNNProduct.rows
    private let handle: OpaquePointer

    init(weight: Tensor, bias: Tensor?, epilogue: Epilogue, precision: Precision) throws {
        var status: Int32 = 0
        let shape = onednn_product_shape(
            rows: Int32(Self.rows), inputs: Int32(weight.shape[1]), outputs: Int32(weight.shape[0]),
            activation: epilogue.activation.oneDNN, residual_first: epilogue.addsResidualFirst ? 1 : 0,
            bf16: precision == .bf16 ? 1 : 0)
        let created = weight.withUnsafeBase { weight in
            bias.withUnsafeBase { onednn_product_create(shape, weight, $0, &status) }
        }
        guard let created else {
            throw EngineError.failed(.oneDNN, status: Int(status), "a product of \(weight.shape)")
        }
        handle = created
    }

    deinit { onednn_product_destroy(handle) }

    func tile(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, residual: UnsafePointer<Float>?) throws {
        let status = onednn_product_run(handle, x, y, residual)
        guard status == 0 else { throw EngineError.failed(.oneDNN, status: Int(status), "a product's tile") }
    }
}

extension Activation {
    fileprivate var oneDNN: onednn_activation {
        switch self {
        case .none: onednn_none
        case .relu: onednn_relu
        case .gelu: onednn_gelu
        case .quickGELU: onednn_quick_gelu
        }
    }
}
