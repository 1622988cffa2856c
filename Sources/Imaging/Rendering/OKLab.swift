import Foundation

/// A colour by how it looks: distances between places are differences that people see (Björn Ottosson, "A perceptual
/// color space for image processing", 2020).
struct OKLab {
    /// From 0, black, to 1, white.
    let lightness: Double
    private let a: Double
    private let b: Double

    init(_ colour: Colour) {
        let (red, green, blue) = (Self.linear(colour.red), Self.linear(colour.green), Self.linear(colour.blue))
        let l = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
        let m = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
        let s = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
        lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s
        a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s
        b = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    }

    /// How far from grey.
    var chroma: Double { (a * a + b * b).squareRoot() }

    /// The square of the distance.
    func squared(to other: OKLab) -> Double {
        let (dl, da, db) = (lightness - other.lightness, a - other.a, b - other.b)
        return dl * dl + da * da + db * db
    }

    /// sRGB's transfer function (IEC 61966-2-1).
    private static func linear(_ level: UInt8) -> Double {
        let value = Double(level) / 255
        return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
}
