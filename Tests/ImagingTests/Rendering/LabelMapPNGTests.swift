import Tensors
import Testing

@testable import Imaging

@Suite("Label maps are written as indexed PNGs")
struct LabelMapPNGTests {
    @Test("labels come back exactly, up to 255 classes from a palette", arguments: [1, 2, 20, 21, 22, 254, 255])
    func palette(classes: Int) throws {
        let map = RandomScene(seed: 90 + UInt64(classes), width: 61, height: 43, classes: classes).map
        let bytes = try map.png(classes: names(classes))
        #expect(try LabelMap(png: bytes) == map)
        #expect(try PNGChunks(bytes).coding() == [8, 3])
    }

    @Test("past 255 classes the samples are 16-bit grey", arguments: [256, 257, 65_535])
    func wide(classes: Int) throws {
        var map = RandomScene(seed: 91, width: 40, height: 30, classes: classes).map
        map.labels[7] = UInt16(classes)
        let bytes = try map.png(classes: names(classes))
        #expect(try LabelMap(png: bytes) == map)
        #expect(try PNGChunks(bytes).coding() == [16, 0])
    }

    @Test("any viewer shows each class in its colour and what is unlabelled in black")
    func colours() throws {
        let map = RandomScene(seed: 92, width: 50, height: 20, classes: 30).map
        let image = try ImageDecoder.decode(map.png(classes: names(30)))
        let palette = ClassPalette(classes: 30)
        #expect(palette.colours[0].bytes == [0, 0, 0])
        #expect(image.pixels == map.labels.flatMap { palette.colours[Int($0)].bytes })
    }

    @Test("an iTXt chunk names every class with its label and colour, whatever the names hold")
    func classTable() throws {
        let names = [
            "road", "", "zażółć \"gęślą\" \\ jaźń", "🚗👩‍👩‍👧", "שלום", "a\0b\n", String(repeating: "é", count: 128),
        ]
        let text = try PNGChunks(LabelMap(width: 1, height: 1, labels: [0]).png(classes: names)).text()
        #expect(text.keyword == "Classes")
        let table = try JSONValue(parsing: text.content)
        #expect(table["unlabeled"]?.integer == 0)
        let rows = try #require(table["classes"]?.array)
        #expect(rows.map { $0["name"]?.string } == names)
        #expect(rows.map { $0["label"]?.integer } == Array(1...names.count))
        #expect(rows.first?["color"]?.string == ClassPalette(classes: 1).colours[1].code)
    }

    @Test("odd shapes and a map without classes come back", arguments: [(1, 1), (1, 97), (97, 1), (8, 8)])
    func shapes(width: Int, height: Int) throws {
        let scene = RandomScene(seed: 93, width: width, height: height, classes: 3)
        #expect(try LabelMap(png: scene.map.png(classes: names(3))) == scene.map)
        let empty = LabelMap(width: width, height: height, labels: Array(repeating: 0, count: width * height))
        #expect(try LabelMap(png: empty.png(classes: [])) == empty)
    }

    @Test("a label past the classes is refused, in one line that names it")
    func labelPastClasses() {
        let map = LabelMap(width: 2, height: 1, labels: [0, 4])
        let failure = #expect(throws: ImagingFailure.self) { try map.png(classes: names(3)) }
        #expect(failure?.description.contains("label 4") == true)
        #expect(throws: ImagingFailure.self) { try map.png(classes: names(65_536)) }
    }

    @Test("a mask is a 1-bit PNG, white inside")
    func mask() throws {
        for index in 0..<40 {
            let mask = randomMask(index)
            let bytes = try mask.png()
            #expect(try PNGChunks(bytes).coding() == [1, 0])
            let image = try ImageDecoder.decode(bytes)
            #expect((image.width, image.height) == (mask.width, mask.height))
            #expect(image.pixels == mask.bits.flatMap { [UInt8](repeating: $0 ? 255 : 0, count: 3) }, "mask \(index)")
        }
    }

    @Test("writing stops when its context says so")
    func cancellation() {
        struct Stop: Error {}
        let context = ExecutionContext(team: ThreadTeam(threads: 1)) { throw Stop() }
        let scene = RandomScene(seed: 94, width: 9, height: 9, classes: 2)
        #expect(throws: Stop.self) { try scene.map.png(classes: names(2), context: context) }
        #expect(throws: Stop.self) { try scene.map.mask(of: 1).png(context: context) }
        #expect(throws: Stop.self) { try Overlay(classes: names(2)).png(scene.picture, scene.map, context: context) }
    }

    private func names(_ count: Int) -> [String] { (0..<count).map { "class \($0)" } }
}
