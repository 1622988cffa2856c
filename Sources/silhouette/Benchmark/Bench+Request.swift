import Encoders
import Imaging
import Segmentation

extension Bench {
    /// The stages of a first request, and further requests about the same picture with each rule.
    mutating func time(_ bundle: ModelBundle, size: Int) throws {
        let picture = try Picture(.benchmark(side: size))
        let classes = (1...20).map { ClassQuery("class \($0)") }
        try time { context in
            // A segmenter of its own knows no text yet.
            let timings = try Segmenter(bundle).segment(picture, into: classes, .init(), context).timings
            return [
                ("text, 20 names", timings.text), ("encode", timings.encode), ("spectral", timings.spectral),
                ("fusion", timings.fusion), ("request", timings.total),
            ]
        }
        let segmenter = try Segmenter(bundle)
        let encoded = try segmenter.encode(picture, context)
        for rule in FusionRule.allCases {
            var options = SegmentationOptions()
            options.fusion = rule
            try time("again, \(rule.rawValue)") { context in
                _ = try segmenter.answer(classes, about: encoded, options, context)
            }
        }
    }
}

extension DecodedImage {
    /// Discs of several colours on a ground that changes slowly: shapes for the spectral stage to find.
    static func benchmark(side: Int) -> DecodedImage {
        var pixels = [UInt8](repeating: 0, count: 3 * side * side)
        for y in 0..<side {
            for x in 0..<side {
                let (row, column) = (4 * y / side, 4 * x / side)
                let (dy, dx) = (y - (2 * row + 1) * side / 8, x - (2 * column + 1) * side / 8)
                let isDisc = 100 * (dy * dy + dx * dx) < side * side
                let colour =
                    isDisc ? [60 * row + 40, 60 * column + 40, 255 - 60 * row] : [255 * y / side, 128, 255 * x / side]
                for channel in 0..<3 { pixels[3 * (y * side + x) + channel] = UInt8(colour[channel]) }
            }
        }
        return DecodedImage(width: side, height: side, pixels: pixels)
    }
}
