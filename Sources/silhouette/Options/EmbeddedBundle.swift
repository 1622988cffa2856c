/// The bundle that is used when none is named.
enum EmbeddedBundle {
    static let name = "silhouette-starter"

    /// - Throws: ``CommandFailure/noResource(_:looked:)``
    static func locate() throws -> String { try PackageResource.locate(name, holding: "bundle.json") }
}
