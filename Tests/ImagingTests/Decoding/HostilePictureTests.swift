import TestSupport
import Testing

@testable import Imaging

@Suite("Pictures that are broken or hostile are refused")
struct HostilePictureTests {
    @Test("every picture cut short anywhere is refused", arguments: GoldenPicture.all)
    func truncated(golden: GoldenPicture) throws {
        let bytes = try golden.bytes()
        for length in 0..<bytes.count {
            #expect(throws: ImagingFailure.self, "\(length) of \(bytes.count) bytes") {
                try ImageDecoder.decode(Array(bytes.prefix(length)), name: golden.name)
            }
        }
    }

    @Test("a JPEG cut in its data says so and names the file")
    func truncatedMessage() throws {
        let bytes = try GoldenPicture.named("jpeg-420.jpg")
        let failure = #expect(throws: ImagingFailure.self) {
            try ImageDecoder.decode(bytes.dropLast(200), name: "street.jpg")
        }
        let text = try #require(failure).description
        #expect(text.hasPrefix("street.jpg: this JPEG picture is cut short"), "\(text)")
        #expect(!text.contains("\n"))
    }

    @Test("bytes after the end of a JPEG do no harm")
    func trailing() throws {
        let bytes = try GoldenPicture.named("jpeg-420.jpg")
        let image = try ImageDecoder.decode(bytes + [1, 2, 3])
        #expect(try image.pixels == ImageDecoder.decode(bytes).pixels)
    }

    @Test("2,000 mutated pictures are decoded or refused, never a crash")
    func mutations() throws {
        let pictures = try GoldenPicture.all.map { try $0.bytes() }
        var random = SplitMix64(seed: 8_511)
        var (decoded, refused) = (0, 0)
        let limits = ImageLimits(pixels: 1 << 20)
        for _ in 0..<2000 {
            var bytes = pictures[random.below(pictures.count)]
            for _ in 0...random.below(6) { mutate(&bytes, &random) }
            do {
                let image = try ImageDecoder.decode(bytes, limits: limits)
                #expect(image.pixels.count == 3 * image.width * image.height)
                decoded += 1
            } catch {
                #expect(error is ImagingFailure)
                refused += 1
            }
        }
        #expect(decoded > 0 && refused > 0, "seed 8511: \(decoded) decoded, \(refused) refused")
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        guard bytes.count > 12 else { return }
        let place = 2 + random.below(bytes.count - 2)
        switch random.below(4) {
        case 0: bytes[place] ^= 1 << UInt8(random.below(8))
        case 1: bytes[place] = [0, 1, 0x7f, 0x80, 0xff][random.below(5)]
        case 2: bytes.remove(at: place)
        default: bytes.insert(UInt8(random.below(256)), at: place)
        }
    }
}
