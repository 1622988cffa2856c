import HTTPTransport
import Imaging
import Segmentation
import Tensors

/// One picture, one class list, on a worker.
struct SegmentJob: Sendable {
    let picture: AskedPicture
    let classes: [ClassQuery]
    let options: RequestOptions
    let model: Model
    let clock: @Sendable () -> Instant

    /// The picture's own account of itself, and `pixels × classes`.
    /// - Throws: `ImagingFailure`
    func measured() throws -> (header: ImageHeader, cost: Int) {
        let header = try picture.header()
        return (header, header.width * header.height * classes.count)
    }

    /// What was found, with what an overlay needs to be drawn.
    func run(_ job: Job, _ context: ExecutionContext) throws -> (SegmentationResult, DrawnPicture) {
        let waited = job.age
        let segmenter = try model.segmenter(at: clock())
        job.begin(.decode)
        let (encoded, pixels) = try encode(segmenter, job, context)
        job.begin(.fusion)
        var result = try segmenter.answer(classes, about: encoded, options.segmentation, context)
        if pixels != nil { result.timings.addPicture(encoded.timings) }
        result.timings.queue = waited
        job.begin(.write)
        return (result, DrawnPicture(asked: picture, decoded: pixels, orientation: options.segmentation.orientation))
    }

    /// The pixels come with it where they had to be looked at.
    private func encode(
        _ segmenter: Segmenter, _ job: Job, _ context: ExecutionContext
    ) throws -> (EncodedPicture, Picture?) {
        if case .held(let image, _) = picture, let encoded = image.features[model.digest] { return (encoded, nil) }
        let pixels = try Picture(picture.bytes, orientation: options.segmentation.orientation, context)
        job.begin(.encode)
        guard case .held(_, let keep) = picture else {
            let needsShapes = segmenter.needsShapes(options.segmentation)
            return (try segmenter.encode(pixels, withShapes: needsShapes, context), pixels)
        }
        let encoded = try segmenter.encode(pixels, context)
        keep(encoded)
        return (encoded, pixels)
    }
}

/// A picture that something is asked about: as it came, or as it is held.
enum AskedPicture: Sendable {
    case bytes([UInt8])
    /// With a place for what a model sees in it that has not seen it before.
    case held(HeldImage, keep: @Sendable (EncodedPicture) -> Void)

    var bytes: [UInt8] {
        switch self {
        case .bytes(let bytes): bytes
        case .held(let image, _): image.bytes
        }
    }

    /// - Throws: `ImagingFailure`
    func header() throws -> ImageHeader {
        switch self {
        case .bytes(let bytes): try ImageDecoder.header(bytes)
        case .held(let image, _): image.header
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
