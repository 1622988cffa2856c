import Imaging
import Segmentation

/// A picture with what the networks see in it, so that later requests pay for text and fusion only.
struct HeldImage: Sendable {
    let reference: ImageReference
    /// As uploaded: an overlay, another orientation than `orientation`, or a model that has not seen it yet needs the
    /// pixels again.
    let bytes: [UInt8]
    let header: ImageHeader
    /// What ``features`` took the picture's EXIF orientation for.
    let orientation: SegmentationOptions.OrientationPolicy
    let facts: SegmentationResult.PictureFacts
    /// What each model sees in it, by the digest of the model: what one has found says nothing to another.
    var features: [String: EncodedPicture]

    /// Everything that is kept for it.
    var byteCount: Int { features.values.reduce(bytes.count) { $0 + $1.byteCount } }
}
