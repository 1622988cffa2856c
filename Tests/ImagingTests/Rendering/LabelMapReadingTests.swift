import TestSupport
import Testing

@testable import Imaging

@Suite("Label maps are read from PNGs as they are coded")
struct LabelMapReadingTests {
    @Test("grey levels of every depth are the labels, interlaced or not", arguments: [1, 2, 4, 8, 16], ["", "-adam7"])
    func grey(depth: Int, suffix: String) throws {
        let name = "png-0-\(depth)\(suffix).png"
        let map = try LabelMap(png: GoldenPicture.named(name))
        let red = try stride(from: 0, to: 3 * map.labels.count, by: 3).map {
            try GoldenPicture.named(name + ".rgb")[$0]
        }
        let largest = depth == 16 ? 65_535 : (1 << depth) - 1
        #expect(map.labels.map { UInt8((Int($0) * 510 + largest) / (2 * largest)) } == red)
    }

    @Test("palette indices of every depth each have one colour", arguments: [1, 2, 4, 8])
    func palette(depth: Int) throws {
        let name = "png-3-\(depth).png"
        let map = try LabelMap(png: GoldenPicture.named(name))
        let palette = try PNGChunks(GoldenPicture.named(name)).body("PLTE")
        let colours = map.labels.flatMap { palette[3 * Int($0)..<3 * Int($0) + 3] }
        #expect(try colours == GoldenPicture.named(name + ".rgb"))
    }

    @Test(
        "other kinds of picture hold no labels",
        arguments: [
            "png-2-8.png", "png-2-16-adam7.png", "png-4-8.png", "png-6-16.png", "jpeg-grey.jpg", "webp-lossy.webp",
        ])
    func otherKinds(name: String) throws {
        let bytes = try GoldenPicture.named(name)
        let failure = #expect(throws: ImagingFailure.self) { try LabelMap(png: bytes, name: name) }
        guard case .notLabels = failure else {
            Issue.record("\(String(describing: failure)) is not about labels")
            return
        }
        #expect(failure?.description.hasPrefix(name) == true)
    }

    @Test("a map cut short anywhere is refused")
    func truncated() throws {
        let bytes = try RandomScene(seed: 95, width: 20, height: 20, classes: 4).map.png(classes: ["a", "b", "c", "d"])
        for length in 0..<bytes.count {
            #expect(throws: ImagingFailure.self) { try LabelMap(png: Array(bytes.prefix(length))) }
        }
    }

    @Test("1,000 maps damaged under valid checksums are read or refused, never a crash")
    func mutations() throws {
        let names = ["png-0-1.png", "png-0-16-adam7.png", "png-3-2.png", "png-3-8.png"]
        let pictures = try names.map { try PNGChunks(GoldenPicture.named($0)) }
        var random = SplitMix64(seed: 8_512)
        var (read, refused) = (0, 0)
        for _ in 0..<1000 {
            var file = pictures[random.below(pictures.count)]
            for _ in 0...random.below(2) { damage(&file, &random) }
            do {
                let map = try LabelMap(png: file.bytes(), limits: ImageLimits(pixels: 1 << 20))
                #expect(map.labels.count == map.width * map.height)
                read += 1
            } catch {
                #expect(error is ImagingFailure)
                refused += 1
            }
        }
        #expect(read > 0 && refused > 0, "seed 8512: \(read) read, \(refused) refused")
    }

    private func damage(_ file: inout PNGChunks, _ random: inout SplitMix64) {
        let chunk = random.below(file.chunks.count)
        guard !file.chunks[chunk].body.isEmpty else { return }
        let place = random.below(file.chunks[chunk].body.count)
        file.chunks[chunk].body[place] ^= 1 << UInt8(random.below(8))
    }
}
