import HTTPTransport

/// Who asks, as far as the service knows.
struct Client: Sendable {
    enum Credential: Sendable, Equatable {
        /// Nobody is asked for a token.
        case notNeeded
        case missing
        case unknown
        case owner(String)
    }

    /// Of the client itself, also behind proxies that are trusted.
    let address: PeerAddress
    var credential = Credential.notNeeded

    /// A short hash of the client's token; nil without a valid one.
    var owner: String? { if case .owner(let owner) = credential { owner } else { nil } }
}
