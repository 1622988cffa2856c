import ArgumentParser

private let settings = ServeSettings()

/// How the service ends.
struct LifeFlags: ParsableArguments {
    @Option(help: "Seconds between SIGTERM and the end of listening (\(Int(settings.drainDelay))).")
    var drainDelay: String?

    @Option(help: "Seconds that accepted requests have then (\(Int(settings.grace))).")
    var grace: String?
}
