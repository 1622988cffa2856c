import Segmentation

/// What is asked about one picture, whichever of the three forms it came in.
struct SegmentRequest: Sendable {
    enum Source: Sendable {
        /// The bytes of the picture.
        case bytes([UInt8])
        /// One that was uploaded before.
        case held(ImageReference)
    }

    var image: Source
    var classes: [ClassQuery]
    var options = RequestOptions()

    /// Levels of arrays and objects inside each other.
    static let jsonDepth = 16
}
