public import Encoders

/// What may take the pixels that no class asked for explains.
public enum Background: Sendable, Equatable {
    /// The bundle's background prompts; their pixels are unlabelled, and so are those of absent classes.
    case auto
    /// Nothing: every pixel goes to some class.
    case none
    /// As ``auto``, with this text in place of the bundle's prompts.
    case prompt(String)
}

/// How one request is answered.
public struct SegmentationOptions: Sendable, Equatable {
    public var background = Background.auto
    /// The presence score from which a class counts as present, 0…1; nil for the bundle's.
    public var presenceThreshold: Double?
    /// The pixels that a class needs to count as present, at least 1.
    public var minArea = 1
    /// Nil for the bundle's.
    public var fusion: FusionRule?
    /// Whether each connected part of a class is a segment of its own. This changes neither which classes are present
    /// nor which pixels they have: `minArea` counts the pixels of the whole class.
    public var components = false
    public var include: Set<Detail> = [.rle, .timings]
    public var rle = RLEForm.compressed
    public var orientation = OrientationPolicy.exif

    public init() {}

    /// What an answer may hold besides areas and scores.
    public enum Detail: String, Sendable, CaseIterable {
        case rle, polygon
        case runnerUp = "runner_up"
        case eigensegments, timings
    }

    /// How run lengths are written.
    public enum RLEForm: String, Sendable, CaseIterable {
        /// COCO's string.
        case compressed
        /// An array of counts.
        case uncompressed
    }

    /// What becomes of the picture's EXIF orientation.
    public enum OrientationPolicy: String, Sendable, CaseIterable {
        /// The picture is turned upright.
        case exif
        /// The picture is taken as stored.
        case ignore
    }
}
