import Tensors

/// What was wrong with a request, a bundle or a data set, and what to do.
public enum SegmentationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The request names no class.
    case noClasses
    /// Two names that are the same after NFC, trimming and case folding; `first` is the earlier one's pointer.
    case duplicateClass(pointer: String, name: String, first: String)
    /// A member that requests do not have.
    case unknownField(pointer: String, known: [String])
    /// A value of the wrong kind or outside its range.
    case invalidValue(pointer: String, found: String, expected: String)
    /// More, or longer, than the limit.
    case limitExceeded(pointer: String, what: String, limit: Int, actual: Int)
    /// A bundle whose parts do not fit together.
    case bundle(name: String, problem: String)
    /// A network that gave numbers that are not finite.
    case nonFiniteLogits(bundle: String)
    /// The bundle does not answer its self-test as recorded.
    case verificationFailed(bundle: String, problem: String)
    /// A file of a data set.
    case dataset(path: String, problem: String)

    public var description: String {
        switch self {
        case .noClasses: "/classes: the list is empty; name at least one class"
        case .duplicateClass(let pointer, let name, let first):
            "\(pointer): the class \(JSONValue.quoted(name)) is the same as \(first) (case and outer space do not count); name it once"
        case .unknownField(let pointer, let known):
            "\(pointer): no such field; known are \(known.joined(separator: ", "))"
        case .invalidValue(let pointer, let found, let expected): "\(pointer): found \(found), expected \(expected)"
        case .limitExceeded(let pointer, let what, let limit, let actual):
            "\(pointer): \(actual) \(what), at most \(limit) are allowed"
        case .bundle(let name, let problem): "bundle \(name): \(problem)"
        case .nonFiniteLogits(let bundle):
            "bundle \(bundle): its logits for this picture are not finite; verify the bundle or use --precision fp32"
        case .verificationFailed(let bundle, let problem): "bundle \(bundle) failed its check: \(problem)"
        case .dataset(let path, let problem): "\(path): \(problem)"
        }
    }
}
