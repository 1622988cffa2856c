public import Tensors

extension DecodedImage {
    /// The picture as a network takes it: (x / 255 − mean) / deviation, resized.
    ///
    /// Equals `torch.nn.functional.interpolate` of the normalised picture, up to rounding.
    /// - Parameters:
    ///   - width: pixels, at least 1.
    ///   - height: pixels, at least 1.
    ///   - mean: of red, green and blue, 0…1.
    ///   - deviation: of red, green and blue, above 0.
    /// - Returns: `[height, width, 3]`
    /// - Throws: what the context throws to stop.
    public func tensor(
        width: Int, height: Int, mean: [Float], deviation: [Float], _ mode: Interpolation, antialias: Bool,
        _ context: ExecutionContext
    ) throws -> Tensor {
        let resampler = RowResampler(
            bytes: pixels, shape: [self.height, self.width, 3], height: height, width: width, mode,
            antialias: antialias)
        var result = try resampler.allRows(context)
        let factors = deviation.map { 1 / (255 * $0) }
        let offsets = zip(mean, deviation).map { -$0 / $1 }
        result.withMutableSpan { values in
            for pixel in stride(from: 0, to: values.count, by: 3) {
                for channel in 0..<3 {
                    values[pixel + channel] = values[pixel + channel] * factors[channel] + offsets[channel]
                }
            }
        }
        return result
    }
}
