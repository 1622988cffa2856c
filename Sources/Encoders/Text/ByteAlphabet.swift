/// The printable character that stands for each byte in a byte-pair vocabulary: Latin-1's own where it is printable,
/// else the next free one from U+0100 on.
enum ByteAlphabet {
    static let characters: [Unicode.Scalar] = {
        var next: UInt32 = 0x100
        return (UInt8.min...UInt8.max).map { byte in
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(byte)
            default:
                defer { next += 1 }
                return Unicode.Scalar(next) ?? "?"
            }
        }
    }()
}
