/// Why a picture was not read, or a file not written. Each description is one line.
public enum ImagingFailure: Error, Equatable {
    /// The bytes are no picture, or of a kind that is not read; `found` names it.
    case unsupportedFormat(picture: String, found: String)
    /// The kind is read, but not this way of coding it (12-bit JPEG, …).
    case unsupportedEncoding(picture: String, format: ImageFormat, encoding: String)
    /// More pixels, or longer sides, than allowed; known from the header alone.
    case tooLarge(picture: String, width: Int, height: Int, limits: ImageLimits)
    /// More scans, chunks or attached data than a picture needs: a way to exhaust a reader.
    case tooComplex(picture: String, format: ImageFormat, what: String, limit: Int)
    /// The file ends before the picture does.
    case truncated(picture: String, format: ImageFormat, fault: String)
    /// The data contradicts its format.
    case corrupt(picture: String, format: ImageFormat, fault: String)
    /// The picture is not one of palette indices or grey levels; `found` names what it is.
    case notLabels(picture: String, found: String)
    /// The machine has no memory left for the picture.
    case outOfMemory(picture: String)
    /// A run-length string or its counts are not a mask.
    case badRunLengths(String)
    /// A file could not be written; an existing one is as it was.
    case unwritable(path: String, reason: String)
    /// A picture could not be coded as PNG.
    case notEncoded(reason: String)
}

extension ImagingFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unsupportedFormat(let picture, let found):
            "\(picture): \(found); give a JPEG, PNG or WebP picture"
        case .unsupportedEncoding(let picture, let format, let encoding):
            "\(picture): \(encoding) is not supported in \(format.title) pictures; save it again as 8-bit baseline"
        case .tooLarge(let picture, let width, let height, let limits):
            "\(picture): \(width)×\(height) pixels are more than the limits of \(limits.pixels) pixels and "
                + "\(limits.side) a side; shrink it first"
        case .tooComplex(let picture, let format, let what, let limit):
            "\(picture): this \(format.title) picture has \(what), more than the limit of \(limit); save it again"
        case .truncated(let picture, let format, let fault):
            "\(picture): this \(format.title) picture is cut short: \(fault); transfer the file again"
        case .corrupt(let picture, let format, let fault):
            "\(picture): this \(format.title) picture is corrupt: \(fault); transfer the file again"
        case .notLabels(let picture, let found):
            "\(picture): \(found) holds no labels; give an indexed or grey PNG"
        case .outOfMemory(let picture):
            "\(picture): not enough memory to decode it; try again later or shrink it"
        case .badRunLengths(let fault):
            "run lengths: \(fault); expected COCO's encoding of one mask"
        case .unwritable(let path, let reason):
            "\(path): cannot be written: \(reason)"
        case .notEncoded(let reason):
            "the PNG could not be made: \(reason)"
        }
    }
}
