import Imaging
import Segmentation

/// A picture with what the networks see in it, so that later requests pay for text and fusion only.
struct HeldImage: Sendable {
    let reference: ImageReference
    /// As uploaded: an overlay, or another orientation than `orientation`, needs the pixels again.
    let bytes: [UInt8]
    let header: ImageHeader
    /// What ``encoded`` took the picture's EXIF orientation for.
    let orientation: SegmentationOptions.OrientationPolicy
    let encoded: EncodedPicture

    /// Everything that is kept for it.
    var byteCount: Int { bytes.count + encoded.byteCount }
}
