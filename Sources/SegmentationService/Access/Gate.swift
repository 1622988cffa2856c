import HTTPTransport

/// Decides who may ask for what, and how often.
struct Gate: Sendable {
    private let tokens: AccessTokens?
    private let rates: RateTable?
    private let proxies: TrustedProxies

    init(_ configuration: ServiceConfiguration) {
        tokens = configuration.tokens
        rates = configuration.rate.map { RateTable($0, clock: configuration.clock) }
        proxies = TrustedProxies(networks: configuration.trustedProxies)
    }

    /// Who sent a request.
    func client(of request: Request) -> Client {
        Client(address: proxies.client(of: request), credential: credential(of: request))
    }

    private func credential(of request: Request) -> Client.Credential {
        guard let tokens else { return .notNeeded }
        let given = request.fields.values(of: "authorization")
        guard let first = given.first, let token = Self.token(in: first) else { return .missing }
        // RFC 9110 §11.6.2 knows one such field; of two nobody can say which counts.
        guard given.count == 1, let owner = tokens.owner(of: token) else { return .unknown }
        return .owner(owner)
    }

    /// RFC 6750 §2.1: `Bearer`, in any case, and the token; nil for another scheme.
    private static func token(in value: String) -> Substring.UTF8View? {
        let scheme = "bearer "
        guard value.prefix(scheme.count).lowercased() == scheme else { return nil }
        return value.dropFirst(scheme.count).drop { $0 == " " }.utf8
    }

    /// Lets a request on to an endpoint.
    ///
    /// Health needs no token and has no rate, nor have metrics on this machine. From elsewhere metrics need a token, also
    /// where nothing else does.
    ///
    /// - Throws: ``Problem`` 401, 403 or 429.
    func admit(_ request: Request, from client: Client, to endpoint: Endpoint) throws(Problem) {
        guard !endpoint.isOpenToAll, endpoint != .metrics || !request.isFromThisMachine else { return }
        if let rates, let seconds = rates.take(RateTable.Key(client)) {
            throw .tooManyRequests(rates.limit, retryAfter: seconds)
        }
        switch client.credential {
        case .owner: return
        case .missing: throw .unauthorized(isWrong: false)
        case .unknown: throw .unauthorized(isWrong: true)
        case .notNeeded: if endpoint == .metrics { throw .forbidden }
        }
    }
}
