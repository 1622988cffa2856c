import ArgumentParser

/// For whom the service answers.
struct ClientFlags: ParsableArguments {
    @Option(
        help: """
            A network whose addresses may open any number of connections: 10.0.0.0/8, 2001:db8::/32 or one address; may \
            be repeated (127.0.0.0/8 and ::1).
            """)
    var unlimitedNetworks: [String] = []
}
