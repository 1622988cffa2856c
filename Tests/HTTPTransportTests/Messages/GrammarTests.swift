import Testing

@testable import HTTPTransport

@Suite("Character classes")
struct GrammarTests {
    private static let alphanumerics = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

    /// The members of a class among all bytes.
    private func members(_ isMember: (UInt8) -> Bool) -> Set<UInt8> { Set((0...255).filter(isMember)) }

    @Test("a token has RFC 9110's tchar and nothing else")
    func token() {
        #expect(members(\.isTokenCharacter) == Set((Self.alphanumerics + "!#$%&'*+-.^_`|~").utf8))
    }

    @Test("a registered name has RFC 3986's unreserved and sub-delims and percent signs")
    func registeredName() {
        let others = "-._~" + "!$&'()*+,;=" + "%"
        #expect(members(\.isRegisteredNameCharacter) == Set((Self.alphanumerics + others).utf8))
    }

    @Test("an address literal has hexadecimal digits, colons and dots")
    func addressLiteral() {
        #expect(members(\.isAddressLiteralCharacter) == Set("0123456789ABCDEFabcdef:.".utf8))
    }
}
