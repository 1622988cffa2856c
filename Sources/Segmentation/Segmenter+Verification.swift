import Encoders
import Imaging
public import Tensors

extension Segmenter {
    /// The share of a self-test's pixels that must come out as recorded. Processors and precisions differ in the last
    /// digits, and so in a few pixels of a boundary.
    public static let requiredAgreement = 0.99

    /// Answers one request from end to end and compares it with what the bundle recorded.
    ///
    /// - Returns: the share of the self-test's pixels that came out as recorded, 0…1; nil for a bundle without one,
    ///   which only has to tell the places of a built-in picture apart.
    /// - Throws: ``SegmentationError/verificationFailed(bundle:problem:)``; what the context throws to stop.
    @discardableResult
    public func verify(_ context: ExecutionContext) throws -> Double? {
        guard let test = bundle.configuration.selfTest else {
            try verifyTellsPlacesApart(context)
            return nil
        }
        let picture = try Picture(bundle.folder.bytes(test.image), name: test.image, context)
        let recorded = try LabelMap(png: bundle.folder.bytes(test.labelMap), name: test.labelMap)
        let found = try segment(picture, into: test.classes.map { ClassQuery($0) }, .init(), context).labelMap
        guard (recorded.width, recorded.height) == (found.width, found.height) else {
            throw verificationFailure(
                "\(test.labelMap) is \(recorded.width)×\(recorded.height), \(test.image) \(found.width)×\(found.height)"
            )
        }
        let same = zip(recorded.labels, found.labels).count { $0 == $1 }
        let agreement = Double(same) / Double(found.labels.count)
        guard agreement >= Self.requiredAgreement else {
            throw verificationFailure(
                "\(same) of \(found.labels.count) pixels of \(test.image) are as \(test.labelMap) records them, "
                    + "\(Self.requiredAgreement * 100) % are required; restore the bundle, or try --precision fp32")
        }
        return agreement
    }

    /// Logits of a picture with differing places must be finite and differ.
    private func verifyTellsPlacesApart(_ context: ExecutionContext) throws {
        let side = 128
        let pixels = (0..<side * side).flatMap { pixel -> [UInt8] in
            let (y, x) = (UInt8(pixel / side), UInt8(pixel % side))
            return [2 * x, 2 * y, (x / 16 + y / 16) % 2 == 0 ? 255 : 0]
        }
        let image = DecodedImage(width: side, height: side, pixels: pixels)
        let encoded = try encode(Picture(image), withShapes: true, context)
        let evidence = try evidence(embed([ClassQuery("something")], .init(), context), encoded, context)
        let isConstant = evidence.cosines.withSpan { cosines in
            let channels = evidence.cosines.shape[2]
            return (channels..<cosines.count).allSatisfy { cosines[$0] == cosines[$0 - channels] }
        }
        if isConstant { throw verificationFailure("its logits are the same at every place of a picture") }
    }

    private func verificationFailure(_ problem: String) -> SegmentationError {
        .verificationFailed(bundle: bundle.configuration.name, problem: problem)
    }
}
