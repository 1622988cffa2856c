import ArgumentParser

@main
struct Silhouette: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "silhouette")
}
