/// Where a job is, as the answer to a missed deadline says it.
enum JobStage: String, Sendable, CaseIterable {
    case queue, decode, encode, fusion, write
}

/// Why a job stops before it is done.
enum JobStop: Error, Sendable, Equatable {
    case clientLeft
    case deadline
}
