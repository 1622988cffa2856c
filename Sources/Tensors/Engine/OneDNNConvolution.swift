import CKernels
import COneDNN
import Synchronization

/// A convolution or product on oneDNN: bias, residual and activation run while a tile is in the cache.
final class OneDNNConvolution: PackedConvolution {
    private let geometry: ConvolutionGeometry
    private let precision: Precision
    private let base: PackedTile
    private let others = Mutex<[TileSize: PackedTile]>([:])

    init(
        weight: Tensor, bias: Tensor?, geometry: ConvolutionGeometry, activation: Activation, precision: Precision
    ) throws {
        (self.geometry, self.precision) = (geometry, precision)
        // Any size packs the weights; this is the one that a picture of 480×480 brings to a map of an eighth.
        let size = TileSize(geometry, height: 60, width: 60)
        base = try PackedTile(
            weight: weight, bias: bias, geometry: geometry, activation: activation, precision: precision, size: size)
    }

    func callAsFunction(_ x: Tensor, adding residual: Tensor?, _ context: ExecutionContext) throws -> Tensor {
        var (height, width) = geometry.output(height: x.shape[0], width: x.shape[1])
        let shape = [height, width, geometry.outputs]
        precondition(residual == nil || residual?.shape == shape, "a residual is shaped as the result, \(shape)")
        var (inputHeight, inputWidth) = (x.shape[0], x.shape[1])
        if geometry.isPointwise {
            (height, width, inputHeight, inputWidth) = (1, height * width, 1, height * width)
        }
        let tile = try tile(TileSize(geometry, height: height, width: width))
        let across = (width + tile.size.columns - 1) / tile.size.columns
        let down = (height + tile.size.rows - 1) / tile.size.rows
        var y = Tensor(uninitialized: shape)
        try y.withUnsafeMutableBase { y in
            let map = TileRun(
                geometry: geometry, precision: precision, tile: tile, input: (inputHeight, inputWidth),
                output: (height, width), result: Writable(y))
            try context.forEach(across * down) { item in
                let (row, column) = (item / across * tile.size.rows, item % across * tile.size.columns)
                try x.withUnsafeBase { x in
                    try residual.withUnsafeBase { try map.run(x, residual: $0, row: row, column: column) }
                }
            }
        }
        return y
    }

    /// The weights for tiles of the given size. Few sizes occur at once: pictures of like shape share one.
    private func tile(_ size: TileSize) throws -> PackedTile {
        guard size != base.size else { return base }
        return try others.withLock { others in
            if let known = others[size] { return known }
            if others.count == 16 { others.removeAll() }
            let made = try PackedTile(base: base, geometry: geometry, size: size)
            others[size] = made
            return made
        }
    }
}

/// Rows and columns of the result that one library call makes.
struct TileSize: Hashable {
    let rows: Int
    let columns: Int

    /// Rows of a product's tile: taller ones are at most 2 % faster, and of a short one less is lost to the padding of
    /// the last and to threads that wait for others.
    static let productRows = 24

    /// - Parameters:
    ///   - height: of the result
    ///   - width: of the result
    init(_ geometry: ConvolutionGeometry, height: Int, width: Int) {
        if geometry.isPointwise {
            (rows, columns) = (1, Self.productRows)
            return
        }
        // A call stays below 50 ms on a core of 60 GFLOP/s, and its pixels in the second-level cache.
        let work = geometry.inputs * geometry.outputs * geometry.kernel.height * geometry.kernel.width
        let pixels = max(16, min(1_500_000_000 / work, max(64, 65536 / geometry.inputs)))
        func even(_ extent: Int, _ limit: Int) -> Int {
            let parts = (extent + limit - 1) / limit
            return (extent + parts - 1) / parts
        }
        columns = even(width, min(width, pixels))
        rows = even(height, min(height, max(1, pixels / columns)))
    }
}
