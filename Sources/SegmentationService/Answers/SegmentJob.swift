import HTTPTransport
import Imaging
import Segmentation
import Tensors

/// One picture, one class list, on a worker.
struct SegmentJob: Sendable {
    let picture: AskedPicture
    let classes: [ClassQuery]
    let options: RequestOptions
    let segmenter: Segmenter

    /// The picture's own account of itself, and `pixels × classes`.
    /// - Throws: `ImagingFailure`
    func measured() throws -> (header: ImageHeader, cost: Int) {
        let header = try picture.header()
        return (header, header.width * header.height * classes.count)
    }

    /// What was found, with what an overlay needs to be drawn.
    func run(_ job: Job, _ context: ExecutionContext) throws -> (SegmentationResult, DrawnPicture) {
        let waited = job.age
        job.begin(.decode)
        let (encoded, pixels) = try encode(job, context)
        job.begin(.fusion)
        var result = try segmenter.answer(classes, about: encoded, options.segmentation, context)
        if pixels != nil { result.timings.addPicture(encoded.timings) }
        result.timings.queue = waited
        job.begin(.write)
        return (result, DrawnPicture(asked: picture, decoded: pixels, orientation: options.segmentation.orientation))
    }

    private func encode(_ job: Job, _ context: ExecutionContext) throws -> (EncodedPicture, Picture?) {
        switch picture {
        case .held(let image): return (image.encoded, nil)
        case .bytes(let bytes):
            let options = options.segmentation
            let pixels = try Picture(bytes, orientation: options.orientation, context)
            job.begin(.encode)
            return (try segmenter.encode(pixels, withShapes: segmenter.needsShapes(options), context), pixels)
        }
    }
}

/// A picture that something is asked about: as it came, or as it is held.
enum AskedPicture: Sendable {
    case bytes([UInt8])
    case held(HeldImage)

    var bytes: [UInt8] {
        switch self {
        case .bytes(let bytes): bytes
        case .held(let image): image.bytes
        }
    }

    /// - Throws: `ImagingFailure`
    func header() throws -> ImageHeader {
        switch self {
        case .bytes(let bytes): try ImageDecoder.header(bytes)
        case .held(let image): image.header
        }
    }
}

/// The pixels behind an answer; those of a held picture are decoded once more where they are needed.
struct DrawnPicture: Sendable {
    let asked: AskedPicture
    let decoded: Picture?
    let orientation: SegmentationOptions.OrientationPolicy

    func image(_ context: ExecutionContext) throws -> DecodedImage {
        try (decoded ?? Picture(asked.bytes, orientation: orientation, context)).image
    }
}

extension StageTimings {
    /// What the picture took before any class was asked of it.
    fileprivate mutating func addPicture(_ other: StageTimings) {
        decode += other.decode
        encode += other.encode
        spectral += other.spectral
    }
}
