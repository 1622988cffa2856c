import Imaging

/// Width and height of a picture or a grid, in pixels or tokens; both at least 1.
public struct PictureSize: Sendable, Equatable, CustomStringConvertible {
    public let width: Int
    public let height: Int

    public init(width: Int, height: Int) {
        precondition(width > 0 && height > 0, "a picture of \(width)×\(height) has no pixels")
        self.width = width
        self.height = height
    }

    /// `width · height`.
    public var area: Int { width * height }

    var longerSide: Int { max(width, height) }

    public var description: String { "\(width)×\(height)" }
}

extension DecodedImage {
    var size: PictureSize { PictureSize(width: width, height: height) }
}
