/// The kinds of picture that are read.
public enum ImageFormat: String, Sendable, CaseIterable {
    case jpeg, png, webp

    /// As it is written in prose.
    public var title: String {
        switch self {
        case .jpeg: "JPEG"
        case .png: "PNG"
        case .webp: "WebP"
        }
    }

    /// The media type of a file of this kind.
    public var mediaType: String { "image/\(rawValue)" }
}

extension ImageFormat {
    /// Finds the kind by its first bytes, never by a name or a claimed type.
    /// - Throws: ``ImagingFailure/unsupportedFormat(picture:found:)``, which names other known kinds.
    public static func sniff(_ bytes: [UInt8], name: String = "image") throws -> ImageFormat {
        if bytes.starts(with: [0xff, 0xd8, 0xff]) { return .jpeg }
        if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) { return .png }
        if bytes.starts(with: "RIFF".utf8) && bytes.dropFirst(8).starts(with: "WEBP".utf8) { return .webp }
        throw ImagingFailure.unsupportedFormat(picture: name, found: unsupported(bytes))
    }

    private static func unsupported(_ bytes: [UInt8]) -> String {
        if bytes.isEmpty { return "the file is empty" }
        if let kind = foreign.first(where: { bytes.dropFirst($0.offset).starts(with: $0.magic.utf8) }) {
            return "\(kind.title) is not supported"
        }
        let start = bytes.prefix(512).drop { [0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf].contains($0) }
        if start.starts(with: "<svg".utf8) || (start.first == 0x3c && contains("<svg", in: start)) {
            return "SVG is not supported"
        }
        return "the bytes are no picture that is known here"
    }

    private static let foreign: [(title: String, offset: Int, magic: String)] = [
        ("GIF", 0, "GIF8"), ("BMP", 0, "BM"), ("PDF", 0, "%PDF"), ("TIFF", 0, "II*\0"), ("TIFF", 0, "MM\0*"),
        ("HEIC", 4, "ftypheic"), ("HEIC", 4, "ftypheix"), ("HEIC", 4, "ftypmif1"), ("HEIC", 4, "ftyphevc"),
        ("AVIF", 4, "ftypavif"), ("AVIF", 4, "ftypavis"), ("JPEG XL", 4, "JXL "), ("JPEG 2000", 4, "jP  "),
        ("ICO", 0, "\0\0\u{1}\0"),
    ]

    private static func contains(_ text: String, in bytes: ArraySlice<UInt8>) -> Bool {
        bytes.indices.contains { bytes[$0...].starts(with: text.utf8) }
    }
}
