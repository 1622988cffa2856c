/// The smallest upright rectangle of whole pixels around a region, in COCO's order `[x, y, width, height]`.
public struct BoundingBox: Sendable, Equatable {
    /// Left-most column and top row.
    public var x: Int, y: Int
    public var width: Int, height: Int

    /// What COCO gives for a region without pixels.
    public static let empty = BoundingBox(x: 0, y: 0, width: 0, height: 0)

    public init(x: Int, y: Int, width: Int, height: Int) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }
}
