import Tensors
import TestSupport
import Testing

@Suite("The JSON writer")
struct JSONWriterTests {
    static let numbers: [(Double, String)] = [
        (0, "0"), (-0.0, "-0"), (1, "1"), (-17, "-17"), (0.1, "0.1"), (1.0 / 3, "0.3333333333333333"),
        (9_007_199_254_740_991, "9007199254740991"), (9_007_199_254_740_992, "9007199254740992"), (1e21, "1e+21"),
        (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (.leastNonzeroMagnitude, "5e-324"), (0.07, "0.07"),
    ]

    @Test("numbers are written shortest, whole ones without a point", arguments: numbers)
    func number(value: Double, text: String) throws {
        #expect(JSONValue.number(value).compact == text)
        #expect(try JSONValue(parsing: Array(text.utf8)).number?.bitPattern == value.bitPattern)
    }

    @Test("seeded doubles of any size come back bit by bit")
    func roundTrip() throws {
        var random = SplitMix64(seed: 754)
        for _ in 0..<20000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            let text = JSONValue.number(value).compact
            #expect(try JSONValue(parsing: Array(text.utf8)).number?.bitPattern == value.bitPattern)
        }
    }

    @Test("every scalar below U+3000 and above U+FFFF survives, and only what must be is escaped")
    func strings() throws {
        let scalars = Array(0..<0x3000) + Array(0xFFF0..<0x10100)
        let string = String(String.UnicodeScalarView(scalars.compactMap { Unicode.Scalar(UInt32($0)) }))
        let text = JSONValue.string(string).compact
        #expect(
            try JSONValue(parsing: Array(text.utf8)).string?.unicodeScalars.elementsEqual(string.unicodeScalars) == true
        )
        #expect(JSONValue.string("\"\\/\n\r\t\u{8}\u{1F}\u{7F}é").compact == #""\"\\/\n\r\t\u0008\u001f"# + "\u{7F}é\"")
    }

    @Test("objects keep their order, compact and indented")
    func layout() throws {
        let value: JSONValue = ["z": 1, "a": [1, "x", nil], "o": [[:], ["k": []]], "e": [:]]
        #expect(value.compact == #"{"z":1,"a":[1,"x",null],"o":[{},{"k":[]}],"e":{}}"#)
        let indented = """
            {
              "z": 1,
              "a": [1,"x",null],
              "o": [
                {},
                {
                  "k": []
                }
              ],
              "e": {}
            }
            """
        #expect(value.indented == indented)
        #expect(try JSONValue(parsing: Array(value.indented.utf8)) == value)
    }
}
