import Tensors

/// Means of the map over coarse grids, beside the map itself, fused by a 3×3 convolution.
struct PyramidPooling: Sendable {
    private let bins: [Int]
    private let alignCorners: Bool
    private let branches: [Conv2D]
    private let fuse: Conv2D
    /// Channels of the result.
    var outputs: Int { fuse.outputs }

    init(_ configuration: DRN.Configuration, _ weights: Weights, outputs: Int, engine: Engine) throws {
        let (inputs, width) = (configuration.channels[7], configuration.pyramidWidth)
        bins = configuration.pyramidBins
        alignCorners = configuration.pyramidAlignCorners
        branches = try bins.indices.map {
            try weights.scope("branches.\($0)").convolution(inputs, width, kernel: 1, activation: .relu, engine: engine)
        }
        fuse = try weights.scope("fuse").convolution(
            inputs + bins.count * width, outputs, kernel: 3, padding: 1, activation: .relu, engine: engine)
    }

    /// - Parameter x: `[h, w, C]`
    /// - Returns: `[h, w, outputs]`
    func callAsFunction(_ x: Tensor, _ context: ExecutionContext) throws -> Tensor {
        let pooled = try zip(bins, branches).map { bin, branch in
            try interpolate(
                branch(averagePool(adaptive: x, to: (bin, bin), context), context), height: x.shape[0],
                width: x.shape[1], .bilinear(alignCorners: alignCorners), context)
        }
        return try fuse(concatenateChannels([x] + pooled, context), context)
    }
}
