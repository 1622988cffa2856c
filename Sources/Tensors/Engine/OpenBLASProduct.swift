import CKernels
import COpenBLAS

/// A product on OpenBLAS, with the epilogue in a pass of ours.
struct OpenBLASProduct: PackedProduct {
    let tileRows = 128
    let weight: Tensor
    let bias: Tensor?
    let epilogue: Epilogue

    func tile(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, residual: UnsafePointer<Float>?) throws {
        let (output, input) = (Int32(weight.shape[0]), Int32(weight.shape[1]))
        weight.withUnsafeBase {
            openblas_product_transposed(Int32(tileRows), output, input, x, input, $0, input, y, output)
        }
        bias.withUnsafeBase {
            rows_finish(
                y, tileRows, Int(output), $0, epilogue.activation.kernel, residual, epilogue.addsResidualFirst ? 1 : 0)
        }
    }
}

extension Activation {
    var kernel: rows_activation {
        switch self {
        case .none: rows_none
        case .relu: rows_relu
        case .gelu: rows_gelu
        case .quickGELU: rows_quick_gelu
        }
    }
}

extension Tensor? {
    /// The elements' address, null without a tensor; valid while `body` runs.
    func withUnsafeBase<R>(_ body: (UnsafePointer<Float>?) throws -> R) rethrows -> R {
        guard let self else { return try body(nil) }
        return try self.withUnsafeBase { try body($0) }
    }
}
