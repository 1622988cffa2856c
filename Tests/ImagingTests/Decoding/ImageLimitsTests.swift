import Testing

@testable import Imaging

@Suite("Limits are met before anything is allocated")
struct ImageLimitsTests {
    @Test("a JPEG that claims 60000×60000 pixels is refused")
    func hugeJPEG() throws {
        var bytes = try GoldenPicture.named("jpeg-420.jpg")
        let frame = try #require(bytes.indices.first { bytes[$0...].starts(with: [0xff, 0xc0]) })
        bytes.replaceSubrange(frame + 5..<frame + 9, with: [0xea, 0x60, 0xea, 0x60])
        expectTooLarge(bytes, 60_000, 60_000)
    }

    @Test("a PNG that claims 60000×60000 pixels is refused")
    func hugePNG() throws {
        var bytes = try GoldenPicture.named("png-filters.png")
        bytes.replaceSubrange(16..<24, with: [0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60])
        expectTooLarge(bytes, 60_000, 60_000)
    }

    @Test("a WebP that claims 60000×60000 pixels is refused")
    func hugeWebP() throws {
        var bytes = try GoldenPicture.named("webp-exif-8.webp")
        try #require(bytes[12...].starts(with: "VP8X".utf8))
        bytes.replaceSubrange(24..<30, with: [0x5f, 0xea, 0, 0x5f, 0xea, 0])
        expectTooLarge(bytes, 60_000, 60_000)
    }

    @Test("the side and the number of pixels are both limits")
    func sideAndPixels() throws {
        let bytes = try GoldenPicture.named("png-filters.png")
        #expect(throws: Never.self) { try ImageDecoder.decode(bytes, limits: ImageLimits(pixels: 37 * 29, side: 37)) }
        let failures = [ImageLimits(pixels: 37 * 29 - 1), ImageLimits(side: 36)]
        for limits in failures {
            #expect(throws: ImagingFailure.tooLarge(picture: "image", width: 37, height: 29, limits: limits)) {
                try ImageDecoder.header(bytes, limits: limits)
            }
        }
    }

    @Test("a JPEG of more scans than allowed is refused")
    func scans() throws {
        let bytes = try GoldenPicture.named("jpeg-progressive.jpg")
        #expect(throws: Never.self) { try ImageDecoder.decode(bytes, limits: ImageLimits(scans: 10)) }
        expectTooComplex(bytes, ImageLimits(scans: 9))
    }

    @Test("a PNG with a flood of chunks is refused")
    func chunkFlood() throws {
        let bytes = try GoldenPicture.named("png-filters.png")
        let empty: [UInt8] = [0, 0, 0, 0, 0x74, 0x45, 0x58, 0x74, 0, 0, 0, 0]
        let flood = bytes[..<33] + repeatElement(empty, count: 70_000).joined() + bytes[33...]
        expectTooComplex(Array(flood), .default)
    }

    @Test("attached data beyond its limit is refused in PNG and JPEG")
    func metadata() throws {
        let png = try GoldenPicture.named("png-exif-6.png")
        expectTooComplex(png, ImageLimits(metadata: 8))
        let jpeg = try GoldenPicture.named("jpeg-exif-3.jpg")
        expectTooComplex(jpeg, ImageLimits(metadata: 8))
    }

    private func expectTooLarge(_ bytes: [UInt8], _ width: Int, _ height: Int) {
        #expect(throws: ImagingFailure.tooLarge(picture: "image", width: width, height: height, limits: .default)) {
            try ImageDecoder.decode(bytes)
        }
    }

    private func expectTooComplex(_ bytes: [UInt8], _ limits: ImageLimits) {
        let failure = #expect(throws: ImagingFailure.self) { try ImageDecoder.decode(bytes, limits: limits) }
        guard case .tooComplex = failure else {
            Issue.record("\(String(describing: failure)) is not about complexity")
            return
        }
    }
}
