import ArgumentParser
import HTTPTransport

private let limits = TransportLimits()

/// How much connections may take.
struct ConnectionFlags: ParsableArguments {
    @Option(help: "Connections that are open at one time (\(limits.connections)).")
    var connections: String?

    @Option(help: "Connections of one address outside --unlimited-networks (\(limits.connectionsPerAddress)).")
    var connectionsPerAddress: String?

    @Option(help: "HTTP/2 streams of one connection that are open together (\(limits.streams)).")
    var streams: String?

    @Option(help: "Bytes of a request's target (\(limits.targetBytes)).")
    var targetBytes: String?

    @Option(help: "Bytes of a request's header fields (\(limits.headerBytes)).")
    var headerBytes: String?

    @Option(help: "Header fields of a request (\(limits.headerFields)).")
    var headerFields: String?

    @Option(help: "Seconds for a request's header to arrive (\(Int(limits.headerTime))).")
    var headerTime: String?

    @Option(help: "Seconds that a connection may stay open between requests (\(Int(limits.idleTime))).")
    var idle: String?

    @Option(help: "Bytes a second below which a body is refused and a reader given up on (\(Int(limits.minimumRate))).")
    var minimumRate: String?

    @Option(help: "Bytes of all answers that clients have not taken yet (\(limits.unsentBytes)).")
    var unsent: String?

    @Option(help: "Seconds over which that rate is taken (\(Int(limits.rateTime))).")
    var rateTime: String?
}
