import Tensors

/// The logits of one answer at picture size, made a band of rows at a time.
///
/// Equals `interpolate(grid, size=(H, W), mode="bilinear", align_corners=False)`, plus the same of `correction`.
struct LogitField: Sendable {
    let picture: PictureSize
    /// The classes in request order, then the background when it is on.
    let channels: Int
    private let grid: RowResampler
    private let correction: RowResampler?

    /// - Parameters:
    ///   - grid: logits `[h, w, channels]` of the encoder's grid.
    ///   - correction: what propagation adds, `[h', w', channels]` of the spectral grid.
    init(_ grid: Tensor, correction: Tensor? = nil, picture: PictureSize) {
        self.picture = picture
        channels = grid.shape[2]
        self.grid = RowResampler(upsampling: grid, to: picture)
        self.correction = correction.map { RowResampler(upsampling: $0, to: picture) }
    }

    /// Hands the pixels of `rows` to `body`, row-major; `index` counts from the first pixel of the band.
    func forEachPixel(of rows: Range<Int>, _ body: (_ index: Int, _ logits: PixelLogits) -> Void) {
        band(rows).withSpan { span in
            span.withUnsafeBufferPointer { values in
                for index in 0..<rows.count * picture.width {
                    body(index, PixelLogits(.init(rebasing: values[index * channels..<(index + 1) * channels])))
                }
            }
        }
    }

    private func band(_ rows: Range<Int>) -> Tensor {
        var band = grid.rows(rows)
        guard let correction else { return band }
        let added = correction.rows(rows)
        added.withSpan { added in
            band.withMutableSpan { band in
                for index in added.indices { band[index] += added[index] }
            }
        }
        return band
    }
}
