import Tensors

extension Fusion {
    /// `none`: the answer is `A`.
    func unfused(_ context: ExecutionContext) throws -> Labelling {
        try Labelling(LogitField(logits, picture: picture), segments, context)
    }
}
