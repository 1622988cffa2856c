public import Tensors

/// A picture with its classes drawn over it: translucent colours, a line of the full colour around each region, and a
/// legend of the classes that have pixels, on a strip that hides nothing of the picture.
///
/// The picture lies at the top left, every pixel in its place; unlabelled pixels are as they were.
public struct Overlay: Sendable {
    /// The names of all classes, in the order of their labels.
    public let classes: [String]

    public init(classes: [String]) {
        self.classes = classes
    }

    /// Draws the overlay as an RGB PNG. Memory beside the file: some rows.
    /// - Parameters:
    ///   - map: as large as the picture.
    ///   - context: asked at every row whether to stop.
    /// - Throws: ``ImagingFailure/notEncoded(reason:)`` too for a map of another size or a label past the classes; or
    ///   what the context throws.
    public func png(
        _ picture: DecodedImage, _ map: LabelMap, context: ExecutionContext? = nil
    ) throws -> [UInt8] {
        guard (map.width, map.height) == (picture.width, picture.height) else {
            throw ImagingFailure.notEncoded(
                reason: "a label map of \(map.width)×\(map.height) pixels cannot lie over a picture of "
                    + "\(picture.width)×\(picture.height)")
        }
        try map.check(classes: classes.count)
        let palette = ClassPalette(classes: classes.count)
        var legend = try Legend(
            classes: present(in: map, palette), width: picture.width, height: picture.height)
        var tint = RegionTint(picture, map, palette)
        let encoder = PNGEncoder(width: legend.layout.canvasWidth, height: legend.layout.canvasHeight, coding: .rgb)
        return try encoder.encode(context) { y, row in
            legend.draw(row, y: y)
            if y < picture.height { tint.draw(row, y: y) }
        }
    }

    private func present(in map: LabelMap, _ palette: ClassPalette) -> [(name: String, colour: Colour)] {
        let counts = map.pixelCounts(classes: classes.count)
        return classes.indices.filter { counts[$0 + 1] > 0 }.map { (classes[$0], palette.colours[$0 + 1]) }
    }
}
