import Encoders
import Tensors

/// Which of some texts each place of a picture is nearest to, by two sets of embeddings.
struct LabelComparison {
    /// `[C, D]`, unit rows.
    private let texts: Tensor
    private let scale: Float

    /// - Parameter texts: `[C, D]`, C at least 2.
    init(_ texts: Tensor, of bundle: ModelBundle, _ context: ExecutionContext) throws {
        self.texts = try normalizedRows(texts, context)
        scale = bundle.configuration.logitScale
    }

    /// How far the two largest logits of `expected` are apart, at most, where `found` has another label; 0 where all
    /// labels agree.
    ///
    /// - Parameters:
    ///   - found: `[h, w, D]`
    ///   - expected: `[h, w, D]`
    func largestMargin(_ found: Tensor, _ expected: Tensor, _ context: ExecutionContext) throws -> Float {
        zip(try labels(found, context), try labels(expected, context)).reduce(0) { largest, pair in
            pair.0.label == pair.1.label ? largest : max(largest, pair.1.margin)
        }
    }

    private func labels(
        _ embeddings: Tensor, _ context: ExecutionContext
    ) throws -> [(label: Int, margin: Float)] {
        let (places, classes) = (embeddings.shape[0] * embeddings.shape[1], texts.shape[0])
        let cosines = try product(
            embeddings.reshaped([places, embeddings.shape[2]]), transposed: texts, context
        ).values
        return (0..<places).map { place in
            let logits = (0..<classes).map { (label: $0, logit: scale * cosines[place * classes + $0]) }
                .sorted { $0.logit > $1.logit }
            return (logits[0].label, logits[0].logit - logits[1].logit)
        }
    }
}
