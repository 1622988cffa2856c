import Testing

@testable import HTTPTransport

@Suite("Addresses")
struct AddressTests {
    @Test("a range holds the addresses that begin like it, IPv4 also mapped into IPv6")
    func ranges() throws {
        let cases: [(String, String, Bool)] = [
            ("127.0.0.0/8", "127.255.0.1", true), ("127.0.0.0/8", "128.0.0.1", false),
            ("10.1.2.0/23", "10.1.3.9", true),
            ("10.1.2.0/23", "10.1.4.0", false), ("0.0.0.0/0", "9.9.9.9", true), ("0.0.0.0/0", "::1", false),
            ("::1", "::1", true), ("::1", "::2", false), ("2001:db8::/33", "2001:db8:7fff::1", true),
            ("2001:db8::/33", "2001:db8:8000::1", false), ("127.0.0.0/8", "::ffff:127.0.0.1", true),
            ("1.2.3.4", "1.2.3.4", true),
        ]
        for (range, address, isInside) in cases {
            let peer = PeerAddress(bytes: AddressRange.parse(address), port: 1)
            #expect(try #require(AddressRange(range)).contains(peer) == isInside, "\(address) in \(range)")
        }
        #expect(AddressRange.loopback.allSatisfy { !$0.contains(.local) })
        let unix = try #require(AddressRange("unix"))
        #expect(unix.contains(.local) && !unix.contains(PeerAddress(bytes: AddressRange.parse("::1"), port: 1)))
        #expect(
            ["", "x", "1.2.3.4/33", "::/129", "1.2.3.4/-1", "1.2.3.4/", "1.2.3"].allSatisfy { AddressRange($0) == nil })
    }

    @Test("a peer reads as X-Forwarded-For writes it; its network is an IPv4 address or 64 bits of an IPv6 one")
    func peers() throws {
        for (text, host, port, network) in [
            ("192.0.2.1", "192.0.2.1", 0, "192.0.2.1"), ("192.0.2.1:80", "192.0.2.1", 80, "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6", 0, "2001:db8:1:2::"), ("[::1]", "::1", 0, "::"),
            ("[2001:db8::1]:65535", "2001:db8::1", 65535, "2001:db8::"),
            ("::ffff:192.0.2.1", "192.0.2.1", 0, "192.0.2.1"),
        ] {
            let peer = try #require(PeerAddress(text), "\(text)")
            #expect(peer.host == host && peer.port == port && peer.network.host == network && peer.network.port == 0)
        }
        for text in [
            "", "unknown", "_hidden", "192.0.2.1:", "192.0.2.1:65536", "[192.0.2.1]", "[::1", "[::1]80", "[::1]:",
            "::1:x",
            "192.0.2.1 ", "fe80::1%eth0", "192.0.2.1\u{0}",
        ] { #expect(PeerAddress(text) == nil, "\(text)") }
        #expect(PeerAddress.local.network == .local)
    }

    @Test("listen addresses read as they print")
    func listenAddresses() throws {
        for text in ["127.0.0.1:8080", "[::1]:0", "unix:/run/name.sock", "0.0.0.0:65535"] {
            #expect(try ListenAddress(parsing: text).description == text)
        }
        for text in ["", "8080", "localhost:80", "::1:80", "[127.0.0.1]:80", "127.0.0.1:65536", "127.0.0.1:", "unix:"] {
            #expect(throws: TransportError.badAddress(text)) { try ListenAddress(parsing: text) }
        }
    }

    @Test("RFC 9110 §5.6.7: a date prints as IMF-fixdate")
    func dates() {
        #expect(HTTPDate.format(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(HTTPDate.format(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    }
}
