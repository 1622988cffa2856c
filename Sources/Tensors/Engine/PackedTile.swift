import COneDNN

/// A convolution's weights, packed, with the library's kernel for tiles of one size.
///
/// `@unchecked Sendable`: everything behind the handle is written at creation only, and what a run needs besides belongs
/// to the calling thread.
final class PackedTile: @unchecked Sendable {
    let size: TileSize
    /// Rows and columns of the map under a tile.
    let input: TileSize
    private let handle: OpaquePointer
    /// The owner of the weights.
    private let base: PackedTile?

    /// - Parameter weight: `[out, in, kh, kw]`
    init(
        weight: Tensor, bias: Tensor?, geometry: ConvolutionGeometry, activation: Activation, precision: Precision,
        size: TileSize
    ) throws {
        let input = size.input(geometry)
        let shape = onednn_shape(
            height: Int32(input.rows), width: Int32(input.columns), inputs: Int32(geometry.inputs),
            outputs: Int32(geometry.outputs), kernel_height: Int32(geometry.kernel.height),
            kernel_width: Int32(geometry.kernel.width), stride: Int32(geometry.stride),
            dilation: Int32(geometry.dilation))
        let epilogue = onednn_epilogue(activation: activation.oneDNN, bf16: precision == .bf16 ? 1 : 0)
        var status: Int32 = 0
        let created = weight.withUnsafeBase { weight in
            bias.withUnsafeBase { onednn_convolution_create(shape, epilogue, weight, $0, &status) }
        }
        guard let created else {
            throw EngineError.failed(.oneDNN, status: Int(status), "a layer of weights \(weight.shape)")
        }
        (self.size, self.input, handle, base) = (size, input, created, nil)
    }

    /// The weights of `base` for tiles of another size.
    init(base: PackedTile, geometry: ConvolutionGeometry, size: TileSize) throws {
        let input = size.input(geometry)
        var status: Int32 = 0
        let created = onednn_convolution_like(base.handle, Int32(input.rows), Int32(input.columns), &status)
        guard let created else {
            throw EngineError.failed(.oneDNN, status: Int(status), "a layer over tiles of \(input)")
        }
        (self.size, self.input, handle, self.base) = (size, input, created, base)
    }

    deinit { onednn_convolution_destroy(handle) }

    /// - Parameters:
    ///   - x: the map under the tile, in the precision of the weights
    ///   - y: the tile
    ///   - residual: shaped as the tile; it may be `y` itself
    func run(_ x: UnsafeRawPointer, _ y: UnsafeMutablePointer<Float>, residual: UnsafePointer<Float>?) throws {
        let status = onednn_convolution_run(handle, x, y, residual)
        guard status == 0 else { throw EngineError.failed(.oneDNN, status: Int(status), "a layer's tile") }
    }
}

extension TileSize {
    private init(rows: Int, columns: Int) { (self.rows, self.columns) = (rows, columns) }

    fileprivate func input(_ geometry: ConvolutionGeometry) -> TileSize {
        func extent(_ output: Int, _ kernel: Int) -> Int {
            (output - 1) * geometry.stride + (kernel - 1) * geometry.dilation + 1
        }
        return TileSize(
            rows: extent(rows, geometry.kernel.height), columns: extent(columns, geometry.kernel.width))
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
