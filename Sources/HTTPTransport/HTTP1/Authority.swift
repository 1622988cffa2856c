/// RFC 9110 §7.2: `uri-host [ ":" port ]`, without user information (§4.2.4).
enum Authority {
    static func isValid(_ bytes: Span<UInt8>) -> Bool {
        var index = 0
        if !bytes.isEmpty, bytes[0] == UInt8(ascii: "[") {
            index = 1
            while index < bytes.count, bytes[index].isAddressLiteralCharacter { index += 1 }
            guard index > 1, index < bytes.count, bytes[index] == UInt8(ascii: "]") else { return false }
            index += 1
        } else {
            while index < bytes.count, bytes[index].isRegisteredNameCharacter { index += 1 }
        }
        guard index < bytes.count else { return true }
        guard bytes[index] == UInt8(ascii: ":"), bytes.count - index <= 6 else { return false }
        return (index + 1..<bytes.count).allSatisfy { bytes[$0].isDigit }
    }
}
