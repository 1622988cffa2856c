import Tensors
import Testing

@testable import Imaging

@Suite("Pictures decode as they were drawn")
struct DecodingTests {
    @Test("all golden pictures are there")
    func list() { #expect(GoldenPicture.all.count >= 60) }

    @Test("pixels, size and orientation are Pillow's", arguments: GoldenPicture.all)
    func equalToPillow(golden: GoldenPicture) throws {
        let image = try ImageDecoder.decode(golden.bytes(), name: golden.name)
        let expected = try golden.pixels()
        #expect(image.width == golden.width && image.height == golden.height)
        #expect(image.orientation.rawValue == golden.orientation && image.orientationApplied)
        #expect(golden.name.hasPrefix(image.format.rawValue))
        try #require(image.pixels.count == expected.count)
        let difference = zip(image.pixels, expected).map { abs(Int($0) - Int($1)) }.max() ?? 0
        #expect(difference <= golden.tolerance)
    }

    @Test("the header alone tells size, depth and orientation", arguments: GoldenPicture.all)
    func headers(golden: GoldenPicture) throws {
        let header = try ImageDecoder.header(golden.bytes(), name: golden.name)
        #expect(header.uprightSize == (golden.width, golden.height))
        #expect(header.orientation.rawValue == golden.orientation)
        #expect([1, 2, 4, 8, 16].contains(header.bitDepth))
    }

    @Test("an orientation that is to be ignored is reported and not applied", arguments: 1...8)
    func ignoredOrientation(number: Int) throws {
        let bytes = try GoldenPicture.named("jpeg-exif-\(number).jpg")
        let upright = try ImageDecoder.decode(GoldenPicture.named("jpeg-exif-1.jpg"))
        let image = try ImageDecoder.decode(bytes, applyOrientation: false)
        #expect(image.pixels == upright.pixels && image.width == 23 && image.height == 14)
        #expect(image.orientation.rawValue == number && !image.orientationApplied)
    }

    @Test("a decode stops when its context says so", arguments: ["jpeg-420.jpg", "png-filters.png", "webp-lossy.webp"])
    func cancellation(name: String) throws {
        struct Stop: Error {}
        let context = ExecutionContext(team: ThreadTeam(threads: 1)) { throw Stop() }
        let bytes = try GoldenPicture.named(name)
        #expect(throws: Stop.self) { try ImageDecoder.decode(bytes, context: context) }
    }
}
