/// What a request's method and path lead to.
public enum RouteMatch<Target: Sendable>: Sendable {
    /// Its parameter is what was found in the path at the pattern's, percent-decoded.
    case found(Target, parameter: String?)
    case notFound
    case methodNotAllowed(allowed: [String])
    case options(allowed: [String])

    @inlinable
    func map<Other>(_ transform: (Target) -> Other) -> RouteMatch<Other> {
        switch self {
        case .found(let target, let parameter): .found(transform(target), parameter: parameter)
        case .notFound: .notFound
        case .methodNotAllowed(let allowed): .methodNotAllowed(allowed: allowed)
        case .options(let allowed): .options(allowed: allowed)
        }
    }
}
