public import Imaging
public import Tensors

/// A picture that something is asked about: its pixels, and what identifies its bytes.
public struct Picture: Sendable {
    public let image: DecodedImage
    /// The SHA-256 of its bytes, hexadecimal.
    public let sha256: String
    /// What decoding took.
    let timings: StageTimings

    /// Decodes a picture.
    ///
    /// - Parameters:
    ///   - bytes: of a JPEG, PNG or WebP file.
    ///   - name: what errors call the picture.
    /// - Throws: `ImagingFailure`; what the context throws to stop.
    public init(
        _ bytes: [UInt8], name: String = "image", orientation: SegmentationOptions.OrientationPolicy = .exif,
        _ context: ExecutionContext
    ) throws {
        var timings = StageTimings()
        image = try timings.measure(\.decode) {
            try ImageDecoder.decode(bytes, name: name, applyOrientation: orientation == .exif, context: context)
        }
        sha256 = try Tensors.sha256(of: bytes.span)
        self.timings = timings
    }

    /// A picture that no file holds.
    public init(_ image: DecodedImage) throws {
        self.image = image
        sha256 = try Tensors.sha256(of: image.pixels.span)
        timings = StageTimings()
    }

    var facts: SegmentationResult.PictureFacts {
        .init(
            size: image.size, format: image.format.rawValue, sha256: sha256, orientation: image.orientation.rawValue,
            orientationApplied: image.orientationApplied)
    }
}
