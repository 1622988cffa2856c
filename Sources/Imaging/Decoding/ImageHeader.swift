/// What a picture says of itself before any pixel is decoded.
public struct ImageHeader: Sendable, Equatable {
    public let format: ImageFormat
    /// Pixels as stored, before the orientation is applied.
    public let width: Int
    public let height: Int
    /// From EXIF; upright when there is none, or a malformed one.
    public let orientation: ImageOrientation
    /// Bits of each sample as stored.
    public let bitDepth: Int

    /// Pixels of the upright picture.
    public var uprightSize: (width: Int, height: Int) {
        orientation.swapsSides ? (height, width) : (width, height)
    }
}
