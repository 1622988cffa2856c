import Foundation

/// Scheme, host and port of a URL: who is spoken to.
struct Origin: Equatable {
    let scheme: String
    let host: String
    let port: Int

    /// Nil for what is no http or https URL with a host.
    init?(_ url: String) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host?.lowercased(), !host.isEmpty
        else { return nil }
        self.scheme = scheme
        self.host = host
        port = parts.port ?? (scheme == "https" ? 443 : 80)
    }

    /// Whether nobody on the way can read what is sent.
    var isPrivate: Bool {
        scheme == "https" || host == "localhost" || host == "[::1]" || host == "::1" || host.hasPrefix("127.")
    }
}
