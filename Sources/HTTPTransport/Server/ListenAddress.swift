/// Where a server listens.
public enum ListenAddress: Hashable, Sendable {
    /// A numeric IPv4 or IPv6 address; port 0 takes a free one.
    case internet(host: String, port: Int)
    /// A socket file, replaced where it is left from before.
    case unix(path: String)

    /// Reads `127.0.0.1:8080`, `[::1]:8080` or `unix:/run/name.sock`.
    public init(parsing text: String) throws(TransportError) {
        if text.hasPrefix("unix:") {
            guard text.utf8.count > 5 else { throw .badAddress(text) }
            self = .unix(path: String(text.dropFirst(5)))
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw .badAddress(text)
        }
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard AddressRange.parse(String(host)) != nil, host.contains(":") == isBracketed else {
            throw .badAddress(text)
        }
        self = .internet(host: String(host), port: Int(port))
    }
}

extension ListenAddress: CustomStringConvertible {
    public var description: String {
        switch self {
        case .internet(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
