/// A file of a repository on a hub.
public struct HubFile: Sendable, Hashable, CustomStringConvertible {
    /// As `OWNER/REPOSITORY`.
    public let repository: String
    /// A branch, a tag or a commit.
    public let revision: String
    public let name: String

    public init(repository: String, revision: String, name: String) {
        (self.repository, self.revision, self.name) = (repository, revision, name)
    }

    public var description: String { "\(repository)@\(revision)/\(name)" }
}
