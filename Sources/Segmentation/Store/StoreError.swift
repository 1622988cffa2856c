/// Why a bundle could not be pulled, found or removed: what, where, and what to do.
public enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Who has told the SHA-256 that a file does not have.
    public enum Witness: String, Sendable {
        case recipe = "the recipe"
        case bundle = "its bundle.json"
        case hub = "the hub"
        case firstPull = "the first pull"
    }

    case missingFile(HubFile)
    case missingRevision(String, repository: String)
    case missingRepository(String, hasToken: Bool)
    case denied(String, hasToken: Bool)
    case busy(host: String, status: Int, wait: Double?)
    case unreachable(host: String, reason: String)
    case untrusted(host: String, reason: String)
    case cut(file: HubFile, received: Int, total: Int?, reason: String)
    case redirect(file: HubFile, to: String, problem: String)
    case failed(file: HubFile, reason: String)
    case tooLarge(file: HubFile, limit: Int)
    case hash(file: HubFile, expected: String, found: String, Witness)
    /// Nothing may be downloaded, and the bundle is not there.
    case offline(name: String)
    case unwritable(path: String, reason: String)
    /// A variable of the environment.
    case setting(name: String, problem: String)
    /// What is no name of a bundle, of a recipe or of a repository.
    case badName(String)
    case unknownRecipe(String, known: [String])
    case notPulled(name: String, pulled: [String])

    public var description: String {
        switch self {
        case .missingFile(let file): Self.missing(file)
        case .missingRevision(let revision, let repository):
            "\(repository) has no revision \(revision); name a branch, a tag or a commit of it"
        case .missingRepository(let name, let hasToken): "there is no repository \(name)\(Self.hint(hasToken))"
        case .denied(let name, let hasToken): "\(name): the hub denies access\(Self.hint(hasToken))"
        case .busy(let host, let status, let wait):
            "\(host) is busy (status \(status))"
                + (wait.map { " and asks to wait \(Int($0.rounded(.up))) s" } ?? "") + "; try again later"
        case .unreachable(let host, let reason):
            "\(host) cannot be reached: \(reason); check the network, and https_proxy where a proxy leads out"
        case .untrusted(let host, let reason):
            "\(host) does not prove who it is: \(reason); name its authority's PEM file in SSL_CERT_FILE"
        case .cut(let file, let received, let total, let reason):
            "\(file): cut off after \(received)\(total.map { " of \($0)" } ?? "") bytes: \(reason); "
                + "pull again, it goes on from there"
        case .redirect(let file, let target, let problem): "\(file): sent on to \(target): \(problem); not followed"
        case .failed(let file, let reason): "\(file): \(reason); try again later"
        case .tooLarge(let file, let limit): "\(file): larger than the \(limit) bytes that such a file may have"
        case .hash(let file, let expected, let found, let witness):
            "\(file): SHA-256 is \(found), \(witness.rawValue) says \(expected); "
                + (witness == .firstPull
                    ? "where the change is meant, pull again with --accept-changed" : "the file was not kept")
        case .offline(let name):
            "\(name) is not here and nothing is downloaded: offline; pull it without --offline and SILHOUETTE_OFFLINE"
        case .unwritable(let path, let reason):
            "\(path): cannot be written: \(reason); free some space or name another folder in XDG_CACHE_HOME"
        case .setting(let name, let problem): "\(name) in the environment: \(problem)"
        case .badName(let name):
            "\"\(name)\" names no bundle; give a name of `bundle list --available`, hf:OWNER/REPOSITORY[@REVISION] "
                + "or the path of a recipe"
        case .unknownRecipe(let name, let known):
            "no recipe is named \"\(name)\"; known are \(known.joined(separator: ", "))"
        case .notPulled(let name, let pulled):
            "no bundle \"\(name)\" was pulled; there "
                + (pulled.isEmpty ? "is none" : "are \(pulled.joined(separator: ", "))")
        }
    }

    private static func missing(_ file: HubFile) -> String {
        let advice =
            switch file.name {
            case "bundle.json":
                "it is no bundle; `bundle list --available` has recipes that make bundles of checkpoints"
            case let name where name.hasSuffix(".safetensors"):
                "where it has the weights in another format, convert them with training/convert"
            default: "correct the recipe"
            }
        return "\(file.repository) has no file \(file.name) at revision \(file.revision); \(advice)"
    }

    private static func hint(_ hasToken: Bool) -> String {
        hasToken
            ? ", or HF_TOKEN does not open it; check the name and the token's rights"
            : ", or it needs a token; check the name, or set HF_TOKEN"
    }
}
