import Encoders

extension BundleConfiguration {
    /// Refuses parts that do not fit together.
    ///
    /// - Parameter dimension: of the visual embeddings.
    /// - Throws: ``SegmentationError/bundle(name:problem:)``
    func requireFittingParts(dimension: Int) throws {
        func fail(_ problem: String) -> SegmentationError { .bundle(name: name, problem: problem) }
        guard text.encoder.embeddingDimension == dimension else {
            throw fail(
                "its texts become \(text.encoder.embeddingDimension) numbers, its places \(dimension); both must agree")
        }
        guard fusion.eigensegments <= PatternHistogram.segmentLimit else {
            throw fail("\(fusion.eigensegments) eigensegments; at most \(PatternHistogram.segmentLimit) are combined")
        }
        guard logitScale > 0 else { throw fail("its logit_scale is \(logitScale); expected a number above 0") }
    }
}

extension FusionParameters {
    init(_ fusion: BundleConfiguration.Fusion) {
        self.init(tau: fusion.tau, gamma: fusion.gamma, alpha: fusion.alpha)
    }
}

extension PresenceModel {
    init(_ presence: BundleConfiguration.Presence) {
        self.init(a: Double(presence.a), b: Double(presence.b), threshold: Double(presence.threshold))
    }
}
