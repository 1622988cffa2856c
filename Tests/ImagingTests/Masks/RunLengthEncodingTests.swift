import TestSupport
import Testing

@testable import Imaging

@Suite("Run lengths are COCO's")
struct RunLengthEncodingTests {
    struct Golden {
        let compressed: String
        let area: Int
        let bbox: BoundingBox

        init(_ line: Substring) throws {
            let fields = line.split(separator: " ")
            let numbers = fields.dropFirst().compactMap { Int($0) }
            try #require(numbers.count == 5)
            compressed = String(fields[0])
            area = numbers[0]
            bbox = BoundingBox(x: numbers[1], y: numbers[2], width: numbers[3], height: numbers[4])
        }
    }

    @Test("1,200 random masks have pycocotools' string, area and box, and come back from it")
    func equalToPycocotools() throws {
        let lines = try Goldens.lines("run-lengths.txt")
        #expect(lines.count == 1200)
        for (index, line) in lines.enumerated() {
            let golden = try Golden(line)
            let mask = randomMask(index)
            let encoded = RunLengthEncoding(mask)
            #expect(encoded.compressed == golden.compressed, "mask \(index)")
            #expect(encoded.area == golden.area && encoded.bbox == golden.bbox, "mask \(index)")
            #expect(encoded.counts.reduce(0) { $0 + Int($1) } == mask.bits.count)
            let read = try RunLengthEncoding(compressed: golden.compressed, height: mask.height, width: mask.width)
            #expect(read == encoded && read.mask() == mask, "mask \(index)")
            let counted = try RunLengthEncoding(counts: encoded.counts, height: mask.height, width: mask.width)
            #expect(counted == encoded, "mask \(index)")
        }
    }

    @Test(
        "the published vectors are met",
        arguments: [
            (["000", "000"], "6"),
            (["111", "111"], "06"),
            (["00000", "01110", "01110", "00000"], "5220003"),
            (["11111", "11111", "11011", "11111", "11111"], "0<10"),
            (["0101", "1010", "0101", "1010"], "11110O10O10O0"),
        ])
    func vectors(rows: [String], expected: String) {
        let bits = rows.joined().map { $0 == "1" }
        let mask = BinaryMask(width: rows[0].count, height: rows.count, bits: bits)
        #expect(RunLengthEncoding(mask).compressed == expected)
    }

    @Test("runs of length 0 in the middle are joined away")
    func emptyRuns() throws {
        let joined = try RunLengthEncoding(counts: [2, 1, 0, 2, 1], height: 2, width: 3)
        #expect(joined.counts == [2, 3, 1])
        #expect(try RunLengthEncoding(counts: [0, 0, 6], height: 2, width: 3).counts == [6])
    }

    @Test(
        "strings that are no mask are refused",
        arguments: ["", "5", "7", "0", "P", "PPPPPPP0", "oooooooooooooooo0", "6\u{7f}", "6 ", "ö", "33N", "O6", "06\\"])
    func hostile(text: String) {
        #expect(throws: ImagingFailure.self) { try RunLengthEncoding(compressed: text, height: 2, width: 3) }
    }

    @Test(
        "sizes that are no picture are refused",
        arguments: [(0, 3), (3, 0), (-2, -3), (Int.max, 2), (1 << 20, 1 << 20)])
    func hostileSizes(height: Int, width: Int) {
        #expect(throws: ImagingFailure.self) { try RunLengthEncoding(compressed: "6", height: height, width: width) }
    }

    @Test("mutated strings are read or refused, and what is read is a mask of that size")
    func mutations() {
        var random = SplitMix64(seed: 20_261)
        var (read, refused) = (0, 0)
        for index in 1..<3000 {
            let mask = randomMask(index % 99 + 1)
            var text = RunLengthEncoding(mask).code
            for _ in 0...random.below(2) { text[random.below(text.count)] = UInt8(48 + random.below(64)) }
            let string = String(decoding: text, as: UTF8.self)
            do {
                let found = try RunLengthEncoding(compressed: string, height: mask.height, width: mask.width)
                #expect(found.counts.reduce(0) { $0 + Int($1) } == mask.bits.count)
                #expect(RunLengthEncoding(found.mask()) == found)
                read += 1
            } catch {
                refused += 1
            }
        }
        #expect(read > 0 && refused > 0, "seed 20261: \(read) read, \(refused) refused")
    }
}
