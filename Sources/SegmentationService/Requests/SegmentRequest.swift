import Imaging
import Segmentation
import Tensors

/// What one request asks, whichever of the three forms it came in.
struct SegmentRequest: Sendable {
    /// The bytes of the picture.
    var image: [UInt8]
    var classes: [ClassQuery]
    var options = SegmentationOptions()
    /// Milliseconds; nil for the service's.
    var timeout: Int?
    /// Only the picture's header is read, nothing is computed.
    var isDryRun = false

    /// Levels of arrays and objects inside each other.
    static let jsonDepth = 16

    /// The picture's own account of itself, and `pixels × classes`.
    /// - Throws: `ImagingFailure`
    func measured() throws -> (header: ImageHeader, cost: Int) {
        let header = try ImageDecoder.header(image)
        return (header, header.width * header.height * classes.count)
    }
}
