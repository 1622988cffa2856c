import Synchronization

/// The bearer tokens (RFC 6750) that the service takes, of which it keeps the digests only.
public final class AccessTokens: Sendable {
    private let path: String
    private let digests: Mutex<[TokenDigest]>

    /// Reads one token a line; empty lines and lines that begin with `#` are passed over.
    ///
    /// - Throws: ``TokenFileError`` where the file is missing, empty, too large or open to every user, or a line is no
    ///   token or a short one.
    public init(file path: String) throws {
        self.path = path
        digests = Mutex(try TokenFile.read(path))
    }

    /// Reads the file again: from now on exactly what it holds is taken.
    ///
    /// - Throws: as ``init(file:)``; then nothing changes.
    public func reload() throws {
        let read = try TokenFile.read(path)
        digests.withLock { $0 = read }
    }

    /// How many tokens there are.
    public var count: Int { digests.withLock { $0.count } }

    /// Whose token it is; nil where it is none of those that are taken.
    func owner(of token: some Collection<UInt8>) -> String? {
        guard let asked = try? TokenDigest(of: token) else { return nil }
        var found: String?
        // All are compared, so that the time does not tell which one it was.
        for digest in digests.withLock({ $0 }) where digest.matches(asked) { found = digest.owner }
        return found
    }
}
