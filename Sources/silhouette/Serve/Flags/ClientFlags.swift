import ArgumentParser

private let settings = ServeSettings()

/// For whom the service answers, and how much.
struct ClientFlags: ParsableArguments {
    @Option(help: "A file of bearer tokens, one a line; only who has one is answered (everybody is).")
    var tokenFile: String?

    @Flag(help: "Allow an address that others can reach while there are no tokens.")
    var insecure = false

    @Option(help: "An origin whose pages may read answers, like https://app.example.com, or *; may be repeated (none).")
    var allowOrigin: [String] = []

    @Option(help: "Requests a second of one client, told by its token, else by its address (unlimited).")
    var rate: String?

    @Option(help: "Requests that such a client may send at once after a pause (\(settings.burst)).")
    var burst: String?

    @Option(
        help: """
            A network of proxies whose X-Forwarded-For names the client and that may open any number of connections: \
            10.0.0.0/8, one address, or unix; may be repeated (none).
            """)
    var trustedProxy: [String] = []

    @Option(
        help: """
            A network whose addresses may open any number of connections; may be repeated \
            (\(settings.unlimitedNetworks.joined(separator: ","))).
            """)
    var unlimitedNetworks: [String] = []

    @Flag(help: "Write a line of JSON for each request to standard output.")
    var accessLog = false
}
