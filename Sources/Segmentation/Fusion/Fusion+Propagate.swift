import Spectral
import Tensors

extension Fusion {
    /// `propagate`: the argmax of logits that were smoothed over the affinity graph.
    func propagated(_ context: ExecutionContext) throws -> Labelling {
        try Labelling(propagatedField(context), segments, context)
    }

    /// `logits + up(Y − down(logits))` with `Y = (I + α·L_sym)⁻¹·down(logits)`, so that detail finer than the tokens
    /// stays; `down` is antialiased bilinear to the token grid.
    func propagatedField(_ context: ExecutionContext) throws -> LogitField {
        guard let affinity = shapes?.affinity else { return LogitField(logits, picture: picture) }
        let down = try interpolate(
            logits, height: affinity.height, width: affinity.width, .bilinear(alignCorners: false), antialias: true,
            context)
        let tokens = down.reshaped([affinity.tokens, down.shape[2]])
        let smooth = try propagate(tokens, on: affinity, alpha: parameters.alpha, context)
        return LogitField(logits, correction: Self.difference(smooth.reshaped(down.shape), down), picture: picture)
    }

    private static func difference(_ a: Tensor, _ b: Tensor) -> Tensor {
        var difference = a
        difference.withMutableSpan { difference in
            b.withSpan { b in
                for index in b.indices { difference[index] -= b[index] }
            }
        }
        return difference
    }
}
