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
        #expect(
            ["", "x", "1.2.3.4/33", "::/129", "1.2.3.4/-1", "1.2.3.4/", "1.2.3"].allSatisfy { AddressRange($0) == nil })
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
