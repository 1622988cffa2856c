public import Encoders
public import Imaging

/// What one picture answers to one list of classes.
///
/// Masks are pairwise disjoint; their union and the unlabelled pixels are the picture.
public struct SegmentationResult: Sendable {
    public let model: ModelIdentity
    public let picture: PictureFacts
    /// Every class asked for, in request order.
    public let classes: [ClassAnswer]
    /// One for each class that has pixels, in request order; of each connected part of a class where components were
    /// asked for, those of one class by area, largest first, then by their first pixels in reading order.
    public let segments: [Segment]
    /// 0 is unlabelled, i is the i-th class of the request, counted from 1; the size of the upright picture.
    public let labelMap: LabelMap
    /// Pixels that no class has.
    public let unlabeledArea: Int
    /// The picture's own shapes, where asked for.
    public let eigensegments: [Eigensegment]
    public let warnings: [SegmentationWarning]
    /// The rule that made the answer; `none` when the spectral stage failed.
    public let fusion: FusionRule
    public var timings: StageTimings
    /// What of this the JSON holds, and in which form.
    let options: SegmentationOptions

    /// The bundle that answered.
    public struct ModelIdentity: Sendable, Equatable {
        public let name: String
        public let version: String
        /// `sha256:` and 64 hexadecimal digits.
        public let digest: String

        public init(name: String, version: String, digest: String) {
            self.name = name
            self.version = version
            self.digest = digest
        }
    }

    /// The picture that was asked about.
    public struct PictureFacts: Sendable, Equatable {
        /// Upright.
        public let size: PictureSize
        public let format: String
        /// The SHA-256 of its bytes, hexadecimal.
        public let sha256: String
        /// EXIF's, 1…8.
        public let orientation: Int
        public let orientationApplied: Bool
    }

    public struct ClassAnswer: Sendable, Equatable {
        /// As given.
        public let name: String
        public let present: Bool
        /// 0…1.
        public let presenceScore: Double
        /// Pixels.
        public let area: Int
    }

    public struct Segment: Sendable, Equatable {
        public let className: String
        /// In request order, from 0.
        public let classIndex: Int
        /// Mean class probability inside the mask, 0…1.
        public let semanticScore: Double
        /// The largest IoU of the mask with one eigensegment, complement or union of two of these, 0…1; nil when the
        /// spectral stage did not run or failed.
        public let shapeScore: Double?
        /// The class's `presence_score` times `semantic_score`.
        public let score: Double
        /// The second most probable class, where asked for; nil too when the request names one class.
        public let runnerUp: RunnerUp?
        public let rle: RunLengthEncoding
    }

    /// The class of the request, present or not, other than the segment's own whose mean probability inside the mask is
    /// the largest; of equals the first.
    public struct RunnerUp: Sendable, Equatable {
        public let className: String
        /// In request order, from 0.
        public let classIndex: Int
        /// That mean, 0…1.
        public let semanticScore: Double
    }

    /// One of the picture's own shapes `E_k`.
    public struct Eigensegment: Sendable, Equatable {
        /// μ, 0…2.
        public let eigenvalue: Double
        public let rle: RunLengthEncoding
    }
}
