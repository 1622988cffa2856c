import Synchronization

extension ExecutionContext {
    /// The calling thread and nothing else, never told to stop.
    public static let alone = ExecutionContext(team: ThreadTeam(threads: 1))

    /// The results of three pieces of work, which run side by side as far as the team has threads.
    ///
    /// - Throws: the first error of any; work not begun by then is left out.
    public func concurrently<A: Sendable, B: Sendable, C: Sendable>(
        _ first: @Sendable () throws -> A, _ second: @Sendable () throws -> B, _ third: @Sendable () throws -> C
    ) throws -> (A, B, C) {
        let results = Mutex<(A?, B?, C?)>((nil, nil, nil))
        try forEach(3) { piece in
            switch piece {
            case 0:
                let result = try first()
                results.withLock { $0.0 = result }
            case 1:
                let result = try second()
                results.withLock { $0.1 = result }
            default:
                let result = try third()
                results.withLock { $0.2 = result }
            }
        }
        guard case (let first?, let second?, let third?) = results.withLock({ $0 }) else {
            preconditionFailure("a piece of work without an error has a result")
        }
        return (first, second, third)
    }
}
