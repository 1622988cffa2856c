/// The boundary of a mask along the sides of its pixels: exact, so that filling it gives the mask back.
///
/// One polygon for each part whose pixels are connected by their sides, ordered by left-most corner, then by top-most.
/// Every ring is simple (it passes each of its corners once), turns at each of its corners, and is closed (its first
/// corner stands again at its end). Rings may touch each other at corners, never along sides: polygons are valid as
/// OGC's Simple Features (06-103r4 §6.1.11) and RFC 7946 define them. Time and memory are linear in the runs of the mask.
public struct MaskOutline: Sendable, Equatable {
    public fileprivate(set) var polygons: [Polygon] = []

    /// One connected part.
    public struct Polygon: Sendable, Equatable {
        /// Of positive area, Σ (xᵢ·yᵢ₊₁ − xᵢ₊₁·yᵢ) / 2: clockwise on the screen, where y grows downwards.
        public let exterior: [Corner]
        /// Of negative area.
        public fileprivate(set) var holes: [[Corner]] = []
    }

    /// Where four pixels meet: `x` pixels from the left side of the picture, `y` from its top.
    public struct Corner: Sendable, Hashable {
        public var x: Int
        public var y: Int
    }

    public init(_ encoding: RunLengthEncoding) {
        let sides = VerticalSides(encoding)
        var isDone = [Bool](repeating: false, count: sides.count)
        // A part is numbered by its first run, whose left side is the first that a scan of the sides meets of the part,
        // so that an exterior comes before its holes.
        for side in 0..<sides.count where !isDone[side] {
            let ring = sides.ring(from: side) { isDone[$0] = true }
            if sides.hasInsideOnRight(side) {
                polygons.append(Polygon(exterior: ring))
            } else {
                polygons[sides.part(of: side)].holes.append(ring)
            }
        }
    }
}
