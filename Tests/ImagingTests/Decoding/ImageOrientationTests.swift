import TestSupport
import Testing

@testable import Imaging

@Suite("EXIF orientation")
struct ImageOrientationTests {
    @Test("both byte orders and the usual number types are read", arguments: [1, 3, 4])
    func numberTypes(type: UInt8) {
        for number in 1...8 {
            let little: [UInt8] = [0x12, 0x01, type, 0, 1, 0, 0, 0, UInt8(number), 0, 0, 0]
            let value: [UInt8] =
                type == 4
                ? [0, 0, 0, UInt8(number)] : type == 3 ? [0, UInt8(number), 0, 0] : [UInt8(number), 0, 0, 0]
            let big: [UInt8] = [0x01, 0x12, 0, type, 0, 0, 0, 1] + value
            #expect(ImageOrientation(exif: tiff("II", entry: little)[...])?.rawValue == number)
            #expect(ImageOrientation(exif: tiff("MM", entry: big)[...])?.rawValue == number)
            #expect(ImageOrientation(exif: (Array("Exif\0\0".utf8) + tiff("MM", entry: big))[...])?.rawValue == number)
        }
    }

    @Test("a malformed block is ignored")
    func malformed() {
        let entry: [UInt8] = [0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]
        let good = tiff("II", entry: entry)
        // The value itself ends at byte 20; what follows only fills its field.
        for length in 0..<20 {
            #expect(ImageOrientation(exif: good[..<length]) == nil, "\(length) bytes")
        }
        for value: UInt8 in [0, 9, 255] {
            var bad = good
            bad[18] = value
            #expect(ImageOrientation(exif: bad[...]) == nil)
        }
        var itself = good
        itself[4] = 0
        #expect(ImageOrientation(exif: itself[...]) == nil)
    }

    @Test("random blocks never trap")
    func random() {
        var random = SplitMix64(seed: 61)
        for _ in 0..<5000 {
            var block = tiff("II", entry: [0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0])
            for _ in 0..<4 { block[2 + random.below(block.count - 2)] = UInt8(random.below(256)) }
            if let found = ImageOrientation(exif: block[...]) { #expect((1...8).contains(found.rawValue)) }
        }
    }

    /// A TIFF header, one directory entry, and the end of the list.
    private func tiff(_ order: String, entry: [UInt8]) -> [UInt8] {
        let isLittle = order == "II"
        let header: [UInt8] = isLittle ? [42, 0, 8, 0, 0, 0, 1, 0] : [0, 42, 0, 0, 0, 8, 0, 1]
        return Array(order.utf8) + header + entry
    }
}
