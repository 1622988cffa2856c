import Testing

@testable import Imaging

@Suite("Kinds of picture are told apart by their bytes")
struct ImageFormatTests {
    @Test(
        "kinds that are not read are named",
        arguments: [
            ("GIF89a......", "GIF"), ("BM..........", "BMP"), ("%PDF-1.7....", "PDF"), ("II*\0........", "TIFF"),
            ("\0\0\0\u{18}ftypheic", "HEIC"), ("\0\0\0\u{18}ftypavif", "AVIF"), ("<svg xmlns=.", "SVG"),
            ("<?xml version=\"1.0\"?>\n<svg>", "SVG"),
        ])
    func foreign(start: String, kind: String) {
        #expect(throws: ImagingFailure.unsupportedFormat(picture: "a.bin", found: "\(kind) is not supported")) {
            try ImageFormat.sniff(Array(start.utf8), name: "a.bin")
        }
    }

    @Test("what is no picture is refused", arguments: ["", "hello", "RIFF1234WAVE", "\u{1}\u{2}"])
    func noPicture(text: String) {
        #expect(throws: ImagingFailure.self) { try ImageDecoder.decode(Array(text.utf8)) }
    }
}
