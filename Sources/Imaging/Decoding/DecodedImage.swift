/// A picture in memory: 8-bit RGB, row-major, top row first.
public struct DecodedImage: Sendable {
    /// Pixels of the picture as it lies here: upright, unless the orientation was to be ignored.
    public let width: Int
    public let height: Int
    /// `pixels[3 · (y · width + x) + c]`, `c` = red, green, blue. Transparent pixels lie over white.
    public let pixels: [UInt8]
    /// What the file was.
    public let format: ImageFormat
    /// What the file's EXIF says (1 to 8; 1 when it says nothing).
    public let orientation: ImageOrientation
    /// Whether ``pixels`` are turned upright.
    public let orientationApplied: Bool

    public init(
        width: Int, height: Int, pixels: [UInt8], format: ImageFormat = .png, orientation: ImageOrientation = .upright,
        orientationApplied: Bool = true
    ) {
        precondition(width > 0 && height > 0, "a picture has at least one pixel")
        precondition(pixels.count == 3 * width * height, "\(pixels.count) bytes for \(width)×\(height) RGB pixels")
        self.width = width
        self.height = height
        self.pixels = pixels
        self.format = format
        self.orientation = orientation
        self.orientationApplied = orientationApplied
    }
}
