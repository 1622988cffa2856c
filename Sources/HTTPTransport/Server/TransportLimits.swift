/// Every bound of the transport, with its default. Times are in seconds, sizes in bytes.
public struct TransportLimits: Sendable, Equatable {
    /// Of the request target.
    public var targetBytes = 8 * 1024
    /// Of all field lines of a request with their line ends.
    public var headerBytes = 16 * 1024
    public var headerFields = 100
    public var bodyBytes = 32 * 1024 * 1024
    /// From the first byte of a request, or from accepting the connection, to the end of the header block.
    public var headerTime = 10.0
    /// Between two requests.
    public var idleTime = 60.0
    /// Below this many bytes a second, over ``rateTime``, a body is refused and a reader given up on.
    public var minimumRate = 1024.0
    public var rateTime = 10.0
    /// Of all answers that clients have not taken; past it those who hold most are cut.
    public var unsentBytes = 256 * 1024 * 1024
    public var connections = 1024
    /// From one address outside the unlimited networks.
    public var connectionsPerAddress = 64
    /// HTTP/2 streams of one connection that are open together.
    public var streams = 64
    /// How long a closing connection still takes what the client sends, so that it can read the answer first.
    public var lingerTime = 2.0

    public init() {}

    var request: RequestLimits {
        RequestLimits(target: targetBytes, fieldBytes: headerBytes, fields: headerFields, body: bodyBytes)
    }

    /// Unread input past which reading stops, and unsent output past which no more is made.
    static let inputMark = 64 * 1024
    static let outputMark = 256 * 1024
    /// What the kernel takes of the output before it is on its way.
    static let unsentMark = 128 * 1024
}
