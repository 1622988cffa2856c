/// How values between the samples are found.
public enum Interpolation: Sendable, Equatable {
    case nearest
    /// - alignCorners: whether the centres of the corner pixels, rather than their outer edges, fall on each other.
    case bilinear(alignCorners: Bool)
    /// Keys' cubic, a = −0.75 (−0.5 with antialias), edges on each other.
    case bicubic
}

/// Resizes a map; `torch.nn.functional.interpolate(x, size=(height, width), mode=…)`, coordinates in fp32 as there.
///
/// Same bits for any number of threads.
/// - Parameters:
///   - x: `[H, W, C]`, H and W at least 1.
///   - height: rows of the result, at least 1.
///   - width: columns of the result, at least 1.
///   - antialias: widens the filter when it shrinks, as PyTorch's `antialias=True` and Pillow do; bilinear without
///     aligned corners, and bicubic.
///   - scale: PyTorch's `scale_factor` with `recompute_scale_factor=None`: output pixels for one input pixel, which the
///     coordinates go by in place of the ratio of the sizes.
/// - Returns: `[height, width, C]`
/// - Throws: what the context throws to stop.
public func interpolate(
    _ x: Tensor, height: Int, width: Int, _ mode: Interpolation, antialias: Bool = false,
    scale: (y: Double, x: Double)? = nil, _ context: ExecutionContext
) throws -> Tensor {
    let resampler = RowResampler(x, height: height, width: width, mode, antialias: antialias, scale: scale)
    return try resampler.allRows(context)
}
