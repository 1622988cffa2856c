/// How a stored picture is turned or mirrored, with EXIF's numbers (tag 0x0112).
public enum ImageOrientation: Int, Sendable, CaseIterable {
    case upright = 1
    case mirrored, turnedAround, flipped
    case transposed, turnedLeft, transversed, turnedRight

    /// Whether the upright picture is as wide as the stored one is high.
    public var swapsSides: Bool { rawValue >= 5 }

    /// Where stored pixels lie in the upright picture, as pixel numbers: the first one's place and the steps to its
    /// right and lower neighbour.
    func places(width: Int, height: Int) -> (origin: Int, stepX: Int, stepY: Int) {
        switch self {
        case .upright: (0, 1, width)
        case .mirrored: (width - 1, -1, width)
        case .turnedAround: (width * height - 1, -1, -width)
        case .flipped: ((height - 1) * width, 1, -width)
        case .transposed: (0, height, 1)
        case .turnedLeft: (height - 1, height, -1)
        case .transversed: (width * height - 1, -height, -1)
        case .turnedRight: ((width - 1) * height, -height, 1)
        }
    }
}
