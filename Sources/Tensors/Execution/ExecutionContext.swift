/// What every computation is handed: the threads it may use and the way to learn that nobody waits any more.
public struct ExecutionContext: Sendable {
    public let team: ThreadTeam
    private let check: @Sendable () throws -> Void

    /// - Parameter checkCancellation: throws when the work is to stop; called between tiles and bands, so at least
    ///   every 50 ms of work on each thread.
    public init(team: ThreadTeam, checkCancellation: @escaping @Sendable () throws -> Void = {}) {
        self.team = team
        check = checkCancellation
    }

    /// Throws what the context's owner gave as the reason to stop.
    public func checkCancellation() throws { try check() }

    /// Runs `body` for each of `count` items on the team, asking before each whether to stop.
    public func forEach(_ count: Int, _ body: @Sendable (Int) throws -> Void) throws {
        try team.forEach(count) { item in
            try check()
            try body(item)
        }
    }
}
