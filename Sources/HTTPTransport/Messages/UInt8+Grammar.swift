/// Character classes of RFC 9110 §5.6 and RFC 3986 §2, as bits of the 128 ASCII characters.
///
/// The bits are spelled, because a constant that is computed at its first use is asked at every use whether it was.
private struct CharacterClass {
    /// Of the characters below 64, and of those from there on.
    let low: UInt64
    let high: UInt64

    func contains(_ byte: UInt8) -> Bool {
        byte < 64 ? low >> UInt64(byte) & 1 == 1 : byte < 128 && high >> UInt64(byte - 64) & 1 == 1
    }

    /// Letters, digits and ``!#$%&'*+-.^_`|~``.
    static let token = CharacterClass(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    /// Letters, digits and ``-._~!$&'()*+,;=%``.
    static let registeredName = CharacterClass(low: 0x2BFF_7FF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    /// Hexadecimal digits, colon and dot.
    static let addressLiteral = CharacterClass(low: 0x07FF_4000_0000_0000, high: 0x0000_007E_0000_007E)
}

extension UInt8 {
    var lowercased: UInt8 { self &- 65 < 26 ? self | 0x20 : self }
    var isDigit: Bool { self &- 48 < 10 }

    /// RFC 9110 §5.6.2, `tchar`.
    public var isTokenCharacter: Bool { CharacterClass.token.contains(self) }

    /// RFC 9110 §5.5: visible, space, tab or above ASCII. Other controls are refused, as the clause allows.
    var isFieldValueCharacter: Bool { (self >= 0x20 && self != 0x7F) || self == 0x09 }

    /// RFC 9110 §5.6.3, `OWS`.
    var isBlank: Bool { self == 0x20 || self == 0x09 }

    /// Visible ASCII without `"`, `#`, `<` and `>`. RFC 3986 leaves out a few more (`|`, `^`, `{`, …), which browsers
    /// send in queries.
    var isTargetCharacter: Bool {
        self > 0x20 && self < 0x7F && self != 0x22 && self != 0x23 && self != 0x3C && self != 0x3E
    }

    /// RFC 3986 §3.2.2, `reg-name`, percent signs included.
    var isRegisteredNameCharacter: Bool { CharacterClass.registeredName.contains(self) }

    /// RFC 3986 §3.2.2, what stands between the brackets of an IPv6 address.
    var isAddressLiteralCharacter: Bool { CharacterClass.addressLiteral.contains(self) }

    var hexadecimalValue: Int? {
        switch self {
        case 0x30...0x39: Int(self) - 0x30
        case 0x41...0x46: Int(self) - 0x41 + 10
        case 0x61...0x66: Int(self) - 0x61 + 10
        default: nil
        }
    }
}

extension Span<UInt8> {
    /// Whether the bytes are those of `text` but for the case of letters.
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            indices.allSatisfy { self[$0].lowercased == text[$0].lowercased }
        }
    }

    /// The range without blanks at either end.
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, self[lower].isBlank { lower += 1 }
        while lower < upper, self[upper - 1].isBlank { upper -= 1 }
        return lower..<upper
    }

    func string(_ range: Range<Int>) -> String {
        extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
