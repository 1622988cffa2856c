import Tensors

/// What the networks say of one picture and one list of classes, before any pixel is decided.
struct Evidence: Sendable {
    /// `[h, w, C + B]`: the cosines of each position with the classes, then with the background prompts.
    let cosines: Tensor
    /// C.
    let classes: Int
    /// The upright picture; the size of the answer.
    let picture: PictureSize
    let shapes: SpectralOutcome

    /// `scale · cosine`: `[h, w, C]`, or `[h, w, C + 1]` with the background last, whose logit is the largest of its
    /// prompts'.
    func logits(scale: Float, withBackground: Bool) -> Tensor {
        let (height, width, channels) = (cosines.shape[0], cosines.shape[1], cosines.shape[2])
        let kept = withBackground ? classes + 1 : classes
        return Tensor([height, width, kept]) { logits in
            cosines.withSpan { cosines in
                for position in 0..<height * width {
                    let start = position * channels
                    for channel in 0..<classes { logits[position * kept + channel] = scale * cosines[start + channel] }
                    guard withBackground else { continue }
                    let background = (start + classes..<start + channels).reduce(-Float.infinity) {
                        max($0, cosines[$1])
                    }
                    logits[position * kept + classes] = scale * background
                }
            }
        }
    }
}

/// What came of the spectral stage.
enum SpectralOutcome: Sendable {
    case notRun
    /// The picture has no usable shapes; the reason.
    case failed(String)
    case found(PictureShapes)

    var shapes: PictureShapes? { if case .found(let shapes) = self { shapes } else { nil } }
}
