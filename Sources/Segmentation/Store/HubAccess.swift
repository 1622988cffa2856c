import Foundation

/// How hubs are reached: the environment's settings, and how to wait and to stop.
public struct HubAccess: Sendable {
    /// Where repositories are looked for when the environment names no other hub.
    static let defaultEndpoint = "https://huggingface.co"

    let endpoint: String
    private let token: String?
    /// A PEM file of the authorities to trust; nil for the system's.
    let authorities: String?
    let isOffline: Bool
    /// Waits so many seconds.
    let pause: @Sendable (Double) throws -> Void
    /// Throws to stop.
    let check: @Sendable () throws -> Void

    /// - Parameters:
    ///   - environment: `HF_ENDPOINT`, `HF_TOKEN`, `SSL_CERT_FILE` or `CURL_CA_BUNDLE`, `SILHOUETTE_OFFLINE`. Empty ones
    ///     count as unset. libcurl itself reads the proxies.
    ///   - isOffline: whether nothing may be asked for, whatever the environment says.
    ///   - check: asked at least ten times a second.
    /// - Throws: ``StoreError/setting(name:problem:)``
    public init(
        _ environment: [String: String], isOffline: Bool = false,
        pause: (@Sendable (Double) throws -> Void)? = nil, check: @escaping @Sendable () throws -> Void = {}
    ) throws {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        var endpoint = value("HF_ENDPOINT") ?? Self.defaultEndpoint
        while endpoint.hasSuffix("/") { endpoint.removeLast() }
        guard let origin = Origin(endpoint), origin.isPrivate else {
            throw StoreError.setting(name: "HF_ENDPOINT", problem: "\(endpoint) is no https address")
        }
        token = value("HF_TOKEN")
        guard token?.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) ?? true else {
            throw StoreError.setting(name: "HF_TOKEN", problem: "it holds spaces or other characters that no token has")
        }
        authorities = value("SSL_CERT_FILE") ?? value("CURL_CA_BUNDLE")
        if let authorities, access(authorities, R_OK) != 0 {
            throw StoreError.setting(name: "SSL_CERT_FILE or CURL_CA_BUNDLE", problem: "\(authorities) cannot be read")
        }
        self.endpoint = endpoint
        self.isOffline = isOffline || !["0", "false", "no"].contains(value("SILHOUETTE_OFFLINE") ?? "0")
        self.check = check
        self.pause = pause ?? { seconds in try Self.sleep(seconds, check) }
    }

    func url(of file: HubFile) -> String {
        func escaped(_ text: String) -> String {
            text.addingPercentEncoding(withAllowedCharacters: Self.plain) ?? text
        }
        let path = file.name.split(separator: "/").map { escaped(String($0)) }.joined(separator: "/")
        return "\(endpoint)/\(file.repository)/resolve/\(escaped(file.revision))/\(path)"
    }

    /// The token, where `url` is of the hub itself: nobody whom the hub sends on to gets it.
    func token(for url: String) -> String? { Origin(url) == Origin(endpoint) ? token : nil }

    /// What a status that ends a download means.
    func refusal(of file: HubFile, _ head: AnswerHead) -> StoreError {
        switch (head.status, head.fields["x-error-code"]) {
        case (_, "RevisionNotFound"): .missingRevision(file.revision, repository: file.repository)
        case (_, "RepoNotFound"): .missingRepository(file.repository, hasToken: token != nil)
        case (401, _), (403, _): .denied(file.repository, hasToken: token != nil)
        case (404, _): .missingFile(file)
        case (let status, _): .failed(file: file, reason: "the server answers with status \(status)")
        }
    }

    private static let plain = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

    private static func sleep(_ seconds: Double, _ check: () throws -> Void) throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            try check()
            usleep(50_000)
        }
    }
}
