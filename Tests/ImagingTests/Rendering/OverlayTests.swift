import Testing

@testable import Imaging

@Suite("Overlays")
struct OverlayTests {
    @Test("unlabelled pixels are untouched, regions are half their colour inside and all of it along their edge")
    func tint() throws {
        for seed in 400..<406 as Range<UInt64> {
            let scene = RandomScene(seed: seed, width: 70, height: 50, classes: 4)
            let image = try overlay(scene, classes: 4)
            let palette = ClassPalette(classes: 4)
            for y in 0..<50 {
                for x in 0..<70 {
                    let (label, place) = (Int(scene.map.labels[y * 70 + x]), 3 * (y * 70 + x))
                    let picture = Array(scene.picture.pixels[place..<place + 3])
                    let colour = palette.colours[label].bytes
                    let half = zip(picture, colour).map { UInt8((Int($0) + Int($1) + 1) / 2) }
                    let inside = scene.isInside(x, y, radius: 1) ? half : colour
                    #expect(pixel(image, x, y) == (label == 0 ? picture : inside), "seed \(seed), \(x), \(y)")
                }
            }
        }
    }

    @Test("lines are wider on a large picture")
    func wideLines() throws {
        let labels = (0..<1500 * 1500).map { UInt16($0 % 1500 < 750 ? 1 : 0) }
        let picture = DecodedImage(width: 1500, height: 1500, pixels: Array(repeating: 0, count: 3 * labels.count))
        let image = try ImageDecoder.decode(
            Overlay(classes: ["left"]).png(picture, LabelMap(width: 1500, height: 1500, labels: labels)))
        let full = ClassPalette(classes: 1).colours[1].bytes
        #expect((740..<750).filter { pixel(image, $0, 700) == full } == [747, 748, 749])
    }

    @Test("the legend has one swatch for each class that has pixels, in its colour, and no other")
    func swatches() throws {
        for (seed, classes) in [(410, 1), (411, 5), (412, 20), (413, 60), (414, 254)] as [(UInt64, Int)] {
            let scene = RandomScene(seed: seed, width: 90, height: 60, classes: classes, rectangles: 40)
            let image = try overlay(scene, classes: classes)
            let counts = scene.map.pixelCounts(classes: classes)
            var found = [String: Int]()
            for y in 0..<image.height {
                for x in 0..<image.width where x >= 90 || y >= 60 { found[code(pixel(image, x, y)), default: 0] += 1 }
            }
            for (label, colour) in ClassPalette(classes: classes).colours.enumerated().dropFirst() {
                let expected = counts[label] > 0 ? 256 : 0
                #expect(found[colour.code, default: 0] == expected, "seed \(seed), label \(label)")
            }
        }
    }

    @Test("the legend's names depend on the names alone")
    func names() throws {
        let map = LabelMap(width: 40, height: 40, labels: Array(repeating: 1, count: 1600))
        let picture = DecodedImage(width: 40, height: 40, pixels: Array(repeating: 9, count: 4800))
        let first = try Overlay(classes: ["road", "x"]).png(picture, map)
        #expect(try Overlay(classes: ["road", "y"]).png(picture, map) == first)
        #expect(try Overlay(classes: ["rood", "x"]).png(picture, map) != first)
    }

    @Test("nothing labelled gives the picture back, without a legend")
    func unlabelled() throws {
        let scene = RandomScene(seed: 415, width: 33, height: 21, classes: 0)
        for classes in [0, 7] {
            let image = try overlay(scene, classes: classes)
            #expect((image.width, image.height) == (33, 21))
            #expect(image.pixels == scene.picture.pixels)
        }
    }

    @Test(
        "odd shapes keep every pixel of the picture at the upper left",
        arguments: [(1, 1), (1, 500), (500, 1), (64, 64), (2, 3000), (3000, 2)])
    func shapes(width: Int, height: Int) throws {
        let map = LabelMap(width: width, height: height, labels: Array(repeating: 2, count: width * height))
        let picture = DecodedImage(
            width: width, height: height, pixels: Array(repeating: 80, count: 3 * width * height))
        let image = try ImageDecoder.decode(Overlay(classes: ["a", "name", "c"]).png(picture, map))
        #expect(image.width >= width && image.height >= height)
        #expect(image.width <= width + 300 && image.height <= height + 300)
        let colour = ClassPalette(classes: 3).colours[2].bytes.map { UInt8((Int($0) + 81) / 2) }
        for (x, y) in [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)] {
            #expect(pixel(image, x, y) == colour)
        }
    }

    @Test("any names can be drawn, and long ones do not widen the strip without bound")
    func anyNames() throws {
        let names = [
            "🚗👩‍👩‍👧🇫🇷", "שלום עולם", "مرحبا", String(repeating: "w", count: 256), String(repeating: "é", count: 128), "",
            "\u{0}\n\t\u{7f}", "e\u{301}\u{302}\u{303}\u{304}", "\u{200b}\u{200f}", "日本語",
        ]
        let scene = RandomScene(seed: 416, width: 80, height: 80, classes: names.count, rectangles: 60)
        let image = try ImageDecoder.decode(Overlay(classes: names).png(scene.picture, scene.map))
        #expect(image.width <= 80 + 2 * 400)
    }

    @Test("the same request gives the same bytes")
    func deterministic() throws {
        let scene = RandomScene(seed: 417, width: 80, height: 60, classes: 40, rectangles: 60)
        let names = (0..<40).map { "class \($0)" }
        let first = try Overlay(classes: names).png(scene.picture, scene.map)
        #expect(try Overlay(classes: names).png(scene.picture, scene.map) == first)
    }

    @Test("a map that does not fit its picture or its classes is refused")
    func refused() {
        let scene = RandomScene(seed: 418, width: 8, height: 4, classes: 3, rectangles: 30)
        let turned = LabelMap(width: 4, height: 8, labels: scene.map.labels)
        let failure = #expect(throws: ImagingFailure.self) {
            try Overlay(classes: ["a", "b", "c"]).png(scene.picture, turned)
        }
        #expect(failure?.description.contains("4×8") == true && failure?.description.contains("8×4") == true)
        #expect(throws: ImagingFailure.self) { try Overlay(classes: []).png(scene.picture, scene.map) }
    }

    private func overlay(_ scene: RandomScene, classes: Int) throws -> DecodedImage {
        try ImageDecoder.decode(Overlay(classes: (0..<classes).map { "class \($0)" }).png(scene.picture, scene.map))
    }

    private func pixel(_ image: DecodedImage, _ x: Int, _ y: Int) -> [UInt8] {
        let place = 3 * (y * image.width + x)
        return Array(image.pixels[place..<place + 3])
    }

    private func code(_ bytes: [UInt8]) -> String { Colour(bytes.reduce(0) { $0 << 8 | UInt32($1) }).code }
}
