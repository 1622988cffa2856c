/// The rows of a picture under the colours of its classes: half picture and half colour inside of a region, the colour
/// alone along its edge.
struct RegionTint {
    private let picture: DecodedImage
    private let map: LabelMap
    /// Three bytes for each label.
    private let colours: [UInt8]
    private var interior: RegionInterior

    init(_ picture: DecodedImage, _ map: LabelMap, _ palette: ClassPalette) {
        self.picture = picture
        self.map = map
        colours = palette.colours.flatMap(\.bytes)
        let shorter = min(map.width, map.height)
        interior = RegionInterior(map, radius: max(1, (shorter + 300) / 600))
    }

    /// Writes the row `y` to the first pixels of `row`; rows come from the top down.
    mutating func draw(_ row: UnsafeMutableBufferPointer<UInt8>, y: Int) {
        interior.advance(to: y)
        let start = y * map.width
        picture.pixels.withUnsafeBufferPointer { pixels in
            map.labels.withUnsafeBufferPointer { labels in
                colours.withUnsafeBufferPointer { colours in
                    for x in 0..<map.width {
                        let label = 3 * Int(labels[start + x])
                        let isInside = interior.isInside(x)
                        for channel in 0..<3 {
                            let (level, colour) = (pixels[3 * (start + x) + channel], colours[label + channel])
                            let tinted = isInside ? UInt8((UInt16(level) + UInt16(colour) + 1) / 2) : colour
                            row[3 * x + channel] = label == 0 ? level : tinted
                        }
                    }
                }
            }
        }
    }
}
