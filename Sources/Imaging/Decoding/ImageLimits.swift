/// What a picture may cost its reader; all but the scans are known before anything is allocated for its pixels.
public struct ImageLimits: Sendable, Equatable {
    /// Pixels of the whole picture.
    public var pixels: Int
    /// Pixels along each side.
    public var side: Int
    /// Scans of a progressive JPEG. Encoders write about ten; each one walks the whole picture.
    public var scans: Int
    /// Chunks of a PNG, and segments of a JPEG's header.
    public var chunks: Int
    /// Bytes of everything attached that is no pixel: profiles, texts, previews.
    public var metadata: Int

    public init(
        pixels: Int = 50_000_000, side: Int = 16_384, scans: Int = 64, chunks: Int = 65_536, metadata: Int = 16 << 20
    ) {
        self.pixels = pixels
        self.side = side
        self.scans = scans
        self.chunks = chunks
        self.metadata = metadata
    }

    public static let `default` = ImageLimits()

    func check(width: Int, height: Int, of picture: String) throws {
        guard width <= side, height <= side, width * height <= pixels else {
            throw ImagingFailure.tooLarge(picture: picture, width: width, height: height, limits: self)
        }
    }
}
