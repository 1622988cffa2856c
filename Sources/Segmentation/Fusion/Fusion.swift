import Encoders
import Spectral
import Tensors

/// The last stage of the figure: logits of the encoder's grid and the picture's own shapes become one label a pixel.
///
/// `A` is the argmax of the upsampled logits over the classes and, when it is on, the background; `P_c` are the pixels
/// of class `c` in `A`. Everything goes by bands of rows: no map of all channels is formed at picture size.
struct Fusion: Sendable {
    /// `[h, w, C]`, or `[h, w, C + 1]` with the background last.
    let logits: Tensor
    /// C, when the background is on.
    let background: Int?
    let picture: PictureSize
    /// What the spectral stage found; nil when it did not run or failed.
    let shapes: PictureShapes?
    let parameters: FusionParameters

    /// The eigensegments at picture size.
    var segments: EigensegmentBands? {
        shapes.map { EigensegmentBands($0.spectrum, height: picture.height, width: picture.width) }
    }

    /// The answer of `rule`.
    /// - Throws: `SpectralFailure` when the propagation does not converge; what the context throws on cancellation.
    func callAsFunction(_ rule: FusionRule, _ context: ExecutionContext) throws -> Labelling {
        switch rule {
        case .none: try unfused(context)
        case .select: try selected(context)
        case .propagate: try propagated(context)
        case .selectAfterPropagate: try selectedAfterPropagation(context)
        }
    }
}
