import ArgumentParser

/// Where the service listens.
struct ListeningFlags: ParsableArguments {
    @Option(
        help: """
            An address to listen on: 127.0.0.1:8080, [::1]:8080 or unix:/run/name.sock; may be repeated \
            (127.0.0.1:8080, none with --tls-bind).
            """)
    var bind: [String] = []

    @Option(help: "An address that speaks TLS, with --tls-certificate and --tls-key; may be repeated.")
    var tlsBind: [String] = []

    @Option(help: "A PEM file of the certificate chain, the server's own first.")
    var tlsCertificate: String?

    @Option(help: "A PEM file of the certificate's key, unencrypted.")
    var tlsKey: String?

    @Option(help: "An address that answers GET /metrics and nothing else, without a token; may be repeated.")
    var metricsBind: [String] = []
}
