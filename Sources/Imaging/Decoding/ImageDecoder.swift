public import Tensors

/// Reads JPEG, PNG and WebP pictures, told apart by their bytes.
///
/// Any JPEG of 8 bits (baseline, progressive, arithmetic; grey, YCbCr, RGB, CMYK, YCCK), any PNG, and still WebP or the
/// first frame of an animation become 8-bit RGB. Four-component JPEGs are taken for Adobe's inverted CMYK, as Pillow
/// and browsers take them; 16-bit samples are rounded to 8; transparency is composited over white; embedded colour
/// profiles and gamma are ignored, as Pillow ignores them.
public enum ImageDecoder {
    /// Reads what the picture says of itself; decodes and allocates no pixels.
    /// - Parameter name: what errors call the picture.
    /// - Throws: ``ImagingFailure`` for what is no picture, breaks a limit, or is cut short or corrupt in its structure.
    public static func header(
        _ bytes: [UInt8], name: String = "image", limits: ImageLimits = .default
    ) throws -> ImageHeader {
        let header =
            switch try ImageFormat.sniff(bytes, name: name) {
            case .jpeg: try JPEGHeader.read(bytes, picture: name, limits: limits)
            case .png: try PNGHeader.read(bytes, picture: name, limits: limits)
            case .webp: try WebPHeader.read(bytes, picture: name, limits: limits)
            }
        try limits.check(width: header.width, height: header.height, of: name)
        return header
    }

    /// Decodes a picture and turns it upright.
    ///
    /// Only whole pictures are given: what is cut short or damaged is refused, where other readers fill up with grey.
    /// - Parameters:
    ///   - name: what errors call the picture.
    ///   - applyOrientation: whether EXIF's orientation is applied; it is reported in any case.
    ///   - context: asked at every row whether to stop.
    /// - Throws: ``ImagingFailure``, or what the context throws.
    public static func decode(
        _ bytes: [UInt8], name: String = "image", applyOrientation: Bool = true, limits: ImageLimits = .default,
        context: ExecutionContext? = nil
    ) throws -> DecodedImage {
        let header = try header(bytes, name: name, limits: limits)
        let orientation = applyOrientation ? header.orientation : .upright
        let count = 3 * header.width * header.height
        let pixels = try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            guard let start = buffer.baseAddress else { return }
            let canvas = OrientedCanvas(
                pixels: start, width: header.width, height: header.height, orientation: orientation, context: context)
            let codec = Codec(bytes: bytes, header: header, picture: name, limits: limits)
            try withExtendedLifetime(canvas) { try codec.run(canvas) }
            initialized = count
        }
        return DecodedImage(
            width: orientation.swapsSides ? header.height : header.width,
            height: orientation.swapsSides ? header.width : header.height,
            pixels: pixels, format: header.format, orientation: header.orientation,
            orientationApplied: applyOrientation)
    }
}
