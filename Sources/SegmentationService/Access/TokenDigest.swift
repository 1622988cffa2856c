import Tensors

/// The SHA-256 of a bearer token, which stands for it wherever it is kept.
///
/// Not `Equatable` on purpose: ``matches(_:)`` is the one comparison there is, and it takes the same time for any two.
struct TokenDigest: Sendable {
    /// 64 lower-case hexadecimal digits.
    private let digits: [UInt8]

    /// - Throws: `HashingError` where OpenSSL has no SHA-256.
    init(of token: some Collection<UInt8>) throws {
        digits = Array(try sha256(of: Array(token).span).utf8)
    }

    func matches(_ other: TokenDigest) -> Bool {
        var difference: UInt8 = 0
        for index in digits.indices { difference |= digits[index] ^ other.digits[index] }
        return difference == 0
    }

    /// What the token's client is called where pictures, rates and the log tell clients apart: the first 16 digits, as
    /// `printf %s TOKEN | sha256sum | cut -c1-16` prints them.
    var owner: String { String(decoding: digits.prefix(16), as: UTF8.self) }
}
