import Imaging
import Segmentation

extension Problem {
    /// What a client is told of an error; nil for one that is no fault of the request.
    static func telling(_ error: any Error) -> Problem? {
        switch error {
        case let problem as Problem: problem
        case let error as SegmentationError: Problem(error)
        case let failure as ImagingFailure: Problem(failure)
        default: nil
        }
    }

    private init?(_ error: SegmentationError) {
        let detail = error.description
        switch error {
        case .noClasses: self = .invalid("/classes", detail)
        case .limitExceeded(let pointer, "classes", let limit, let actual):
            self = .tooLarge(detail, limit: limit, actual: actual)
            errors = [.init(pointer: pointer, detail: detail)]
        case .limitExceeded(let pointer, _, let limit, let actual):
            self = .invalid(pointer, detail)
            self.limit = limit
            self.actual = actual
        case .duplicateClass(let pointer, _, _), .unknownField(let pointer, _), .invalidValue(let pointer, _, _):
            self = .invalid(pointer, detail)
        case .bundle, .nonFiniteLogits, .verificationFailed, .dataset: return nil
        }
    }

    private init?(_ failure: ImagingFailure) {
        let detail = failure.description
        switch failure {
        case .unsupportedFormat, .unsupportedEncoding: self = .unsupportedType(detail)
        case .tooLarge(_, let width, let height, let limits):
            let isLong = max(width, height) > limits.side
            self = .tooLarge(
                detail, limit: isLong ? limits.side : limits.pixels,
                actual: isLong ? max(width, height) : width * height)
        case .tooComplex(_, _, _, let limit): self = .tooLarge(detail, limit: limit, actual: nil)
        case .truncated, .corrupt: self = .invalid("/image", detail)
        case .outOfMemory:
            self = .unavailable("out-of-memory", detail, retryAfter: 1)
        case .notLabels, .badRunLengths, .unwritable, .notEncoded: return nil
        }
    }
}
