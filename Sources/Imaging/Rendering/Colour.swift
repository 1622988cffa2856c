/// An sRGB colour of 8 bits a channel.
struct Colour: Equatable {
    let red: UInt8
    let green: UInt8
    let blue: UInt8

    /// - Parameter hex: `0xRRGGBB`.
    init(_ hex: UInt32) {
        (red, green, blue) = (UInt8((hex >> 16) & 0xff), UInt8((hex >> 8) & 0xff), UInt8(hex & 0xff))
    }

    /// Red, green, blue.
    var bytes: [UInt8] { [red, green, blue] }

    /// As `#rrggbb`.
    var code: String {
        "#" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
