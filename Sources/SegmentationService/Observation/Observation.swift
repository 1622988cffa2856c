import HTTPTransport

/// Where what happens is told to the operator.
struct Observation: Sendable {
    let metrics = Metrics()
    /// Nil where none is asked for.
    let accessLog: AccessLog?
    /// For what went wrong inside, a line each.
    let log: @Sendable (String) -> Void

    init(_ configuration: ServiceConfiguration) {
        accessLog = configuration.accessLog.map(AccessLog.init)
        log = configuration.log
    }

    func ended(_ record: RequestRecord) {
        metrics.count(record)
        accessLog?.add(record)
    }
}
