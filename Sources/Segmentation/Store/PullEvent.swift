/// What a pull tells while it runs.
public enum PullEvent: Sendable {
    /// Another process pulls a bundle of the same name.
    case waitingForAnother
    case downloading(HubFile, received: Int, total: Int?)
    /// Bytes of weights.
    case converting(written: Int, total: Int)
    /// The server is waited for.
    case retrying(StoreError, seconds: Double)
}
