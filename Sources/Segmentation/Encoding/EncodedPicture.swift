import Tensors

/// What the networks see in one picture, a function of the picture alone: any class list can be asked of it.
public struct EncodedPicture: Sendable {
    public let facts: SegmentationResult.PictureFacts
    /// `[h, w, D]`, unit vectors; means of such where windows overlap.
    let embeddings: Tensor
    let shapes: SpectralOutcome
    /// What encoding took.
    public let timings: StageTimings

    /// As if the spectral stage had not run.
    var withoutShapes: EncodedPicture {
        EncodedPicture(facts: facts, embeddings: embeddings, shapes: .notRun, timings: timings)
    }

    /// What keeping it takes, in bytes.
    public var byteCount: Int { embeddings.byteCount + (shapes.shapes?.byteCount ?? 0) }
}
