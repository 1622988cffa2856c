/// What is spoken on a connection. Called on the loop only.
protocol ConnectionSession: AnyObject {
    /// There are new bytes in the connection's input.
    func inputArrived()
    /// The client sends no more.
    func inputEnded()
    /// The output went below its mark.
    func outputDrained()
    /// The connection is gone: nothing can be sent or received.
    func connectionLost()
    /// Looks at its own deadlines; a client that takes its answers too slowly is the connection's to see.
    func checkDeadlines(now: Instant)
    /// Bytes of answers that are held back from the connection's output.
    var unsentCount: Int { get }
    /// Takes no further requests and closes once those accepted are answered.
    func drain()
}

extension ConnectionSession {
    var unsentCount: Int { 0 }
}
