import Glibc

/// Who is at the other end of a connection.
public struct PeerAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address as IPv6, IPv4 mapped into it; nil over a Unix socket.
    let bytes: [UInt8]?
    public let port: Int

    /// A client over a Unix socket.
    public static let local = PeerAddress(bytes: nil, port: 0)

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

/// Addresses that begin alike: `10.0.0.0/8`, `2001:db8::/32`, or one address.
public struct AddressRange: Hashable, Sendable {
    /// What an IPv4 address mapped into IPv6 begins with (RFC 4291 §2.5.5.2).
    static let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

    private let bytes: [UInt8]
    private let bits: Int

    /// Both loopback networks.
    public static let loopback = ["127.0.0.0/8", "::1"].compactMap(AddressRange.init)

    /// Nil where `text` is no address with or without a length.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = parts.first, let bytes = Self.parse(String(host)) else { return nil }
        let isMapped = !host.contains(":")
        let width = isMapped ? 32 : 128
        guard let length = parts.count == 2 ? Int(parts[1]) : width, (0...width).contains(length) else { return nil }
        self.bytes = bytes
        bits = isMapped ? 96 + length : length
    }

    /// A peer over a Unix socket is in no range.
    public func contains(_ peer: PeerAddress) -> Bool {
        guard let other = peer.bytes else { return false }
        let whole = bits / 8
        guard bytes[..<whole] == other[..<whole] else { return false }
        guard bits % 8 > 0 else { return true }
        return (bytes[whole] ^ other[whole]) >> UInt8(8 - bits % 8) == 0
    }

    /// The 16 bytes of an address; nil where `host` is none.
    static func parse(_ host: String) -> [UInt8]? {
        var raw = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, host, &raw) == 1 { return mapped + raw.prefix(4) }
        return inet_pton(AF_INET6, host, &raw) == 1 ? raw : nil
    }
}
