import Tensors

extension RowResampler {
    /// From a token grid `[h, w, C]` to the picture, bilinear with `align_corners=False`.
    init(upsampling grid: Tensor, to picture: PictureSize) {
        self.init(grid, height: picture.height, width: picture.width, .bilinear(alignCorners: false))
    }
}
