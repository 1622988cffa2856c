import Glibc

/// Who is at the other end of a connection.
public struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address as IPv6, IPv4 mapped into it; nil over a Unix socket.
    let bytes: [UInt8]?
    public let port: Int

    /// A client over a Unix socket.
    public static let local = PeerAddress(bytes: nil, port: 0)

    /// Reads an address with or without a port, as `X-Forwarded-For` has it: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`,
    /// `[2001:db8::1]:80`. Nil for anything else.
    public init?(_ text: some StringProtocol) {
        var host = Substring(text)
        var rest: Substring = ""
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            rest = host[end...].dropFirst()
            host = host[..<end].dropFirst()
            guard host.contains(":") else { return nil }
        } else if let colon = host.firstIndex(of: ":"), colon == host.lastIndex(of: ":") {
            rest = host[colon...]
            host = host[..<colon]
        }
        guard let port = Self.port(rest), let bytes = AddressRange.parse(String(host)) else { return nil }
        self.init(bytes: bytes, port: port)
    }

    /// Of `:80`; 0 of nothing.
    private static func port(_ text: Substring) -> Int? {
        text.isEmpty ? 0 : text.hasPrefix(":") ? UInt16(text.dropFirst()).map(Int.init) : nil
    }

    init(bytes: [UInt8]?, port: Int) {
        self.bytes = bytes
        self.port = port
    }

    init(_ storage: sockaddr_storage) {
        self = withUnsafeBytes(of: storage) { raw in
            switch Int32(raw.loadUnaligned(as: sa_family_t.self)) {
            case AF_INET:
                let address = raw.loadUnaligned(as: sockaddr_in.self)
                let bytes = withUnsafeBytes(of: address.sin_addr) { Array($0) }
                return PeerAddress(bytes: AddressRange.mapped + bytes, port: Int(UInt16(bigEndian: address.sin_port)))
            case AF_INET6:
                let address = raw.loadUnaligned(as: sockaddr_in6.self)
                let bytes = withUnsafeBytes(of: address.sin6_addr) { Array($0) }
                return PeerAddress(bytes: bytes, port: Int(UInt16(bigEndian: address.sin6_port)))
            default:
                return .local
            }
        }
    }

    /// What a client does not change at will: its IPv4 address, or the first 64 bits of its IPv6 one.
    public var network: PeerAddress {
        guard let bytes, !bytes.starts(with: AddressRange.mapped) else { return PeerAddress(bytes: bytes, port: 0) }
        return PeerAddress(bytes: bytes.prefix(8) + [UInt8](repeating: 0, count: 8), port: 0)
    }

    /// The address without its port, IPv4 in its own form; `unix` over a Unix socket.
    public var host: String {
        guard let bytes else { return "unix" }
        let isMapped = bytes.starts(with: AddressRange.mapped)
        let raw = isMapped ? Array(bytes.suffix(4)) : bytes
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(isMapped ? AF_INET : AF_INET6, raw, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    public var description: String {
        bytes == nil ? host : host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

/// Addresses that begin alike: `10.0.0.0/8`, `2001:db8::/32`, one address, or `unix` for whoever comes over a Unix socket.
public struct AddressRange: Hashable, Sendable {
    /// What an IPv4 address mapped into IPv6 begins with (RFC 4291 §2.5.5.2).
    static let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

    /// Nil for Unix sockets.
    private let bytes: [UInt8]?
    private let bits: Int

    /// Both loopback networks.
    public static let loopback = ["127.0.0.0/8", "::1"].compactMap(AddressRange.init)

    /// Nil where `text` is neither `unix` nor an address with or without a length.
    public init?(_ text: String) {
        guard text != "unix" else {
            (bytes, bits) = (nil, 0)
            return
        }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = parts.first, let bytes = Self.parse(String(host)) else { return nil }
        let isMapped = !host.contains(":")
        let width = isMapped ? 32 : 128
        guard let length = parts.count == 2 ? Int(parts[1]) : width, (0...width).contains(length) else { return nil }
        self.bytes = bytes
        bits = isMapped ? 96 + length : length
    }

    public func contains(_ peer: PeerAddress) -> Bool {
        guard let bytes, let other = peer.bytes else { return self.bytes == nil && peer.bytes == nil }
        let whole = bits / 8
        guard bytes[..<whole] == other[..<whole] else { return false }
        guard bits % 8 > 0 else { return true }
        return (bytes[whole] ^ other[whole]) >> UInt8(8 - bits % 8) == 0
    }

    /// The 16 bytes of an address; nil where `host` is none.
    static func parse(_ host: String) -> [UInt8]? {
        // The C library would stop reading there.
        guard !host.utf8.contains(0) else { return nil }
        var raw = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, host, &raw) == 1 { return mapped + raw.prefix(4) }
        return inet_pton(AF_INET6, host, &raw) == 1 ? raw : nil
    }
}
