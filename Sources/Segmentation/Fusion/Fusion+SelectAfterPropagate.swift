import Tensors

extension Fusion {
    /// `select+propagate`: propagation first, then selection on its logits.
    func selectedAfterPropagation(_ context: ExecutionContext) throws -> Labelling {
        try selected(from: propagatedField(context), context)
    }
}
