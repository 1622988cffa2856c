import Tensors
import TestSupport
import Testing

/// Vectors in the spirit of https://github.com/nst/JSONTestSuite: y accepted, n refused.
@Suite("The JSON parser")
struct JSONParserTests {
    static let accepted: [(String, JSONValue)] = [
        ("null", nil), (" true\n", true), ("\t\r\n false ", false), ("0", 0), ("-0", .number(-0.0)), ("-1", -1),
        ("1.5", 1.5), ("1e2", 100), ("1E+2", 100), ("25e-1", 2.5), ("0.0e0", 0), ("123123e-1", 12312.3),
        ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)), ("5e-324", .number(.leastNonzeroMagnitude)),
        ("1e-999", 0), ("9007199254740993", 9_007_199_254_740_992), ("[]", []), ("[ ]", []), ("{}", [:]), ("{ }", [:]),
        ("[1,[2,[]],{}]", [1, [2, []], [:]]), (#"{"b":1,"a":[null]}"#, ["b": 1, "a": [nil]]),
        (#"{"":0," ":1}"#, ["": 0, " ": 1]), (#""""#, ""), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u0041\u00e9\u20AC\uD834\udd1e""#, "Aé€𝄞"), (#""\u0000""#, "\u{0}"), (#""\uFFFF""#, "\u{FFFF}"),
        ("\"é€𝄞\u{7F}\u{2028}\"", "é€𝄞\u{7F}\u{2028}"), (#""\\u0041""#, "\\u0041"),
        ("{\"\u{E9}\":1,\"e\u{301}\":2}", ["\u{E9}": 1, "e\u{301}": 2]),
    ]

    @Test("valid texts give their values", arguments: accepted)
    func accepts(text: String, value: JSONValue) throws {
        let parsed = try JSONValue(parsing: Array(text.utf8))
        #expect(parsed == value)
        #expect(parsed.number?.sign == value.number?.sign)
    }

    static let refused: [(String, JSONError.Reason)] = [
        ("", .unexpectedEnd(expected: "a value")), ("  ", .unexpectedEnd(expected: "a value")),
        ("nul", .unexpected("'n'", expected: "a value")), ("True", .unexpected("'T'", expected: "a value")),
        ("NaN", .unexpected("'N'", expected: "a value")), ("nan", .unexpected("'n'", expected: "a value")),
        ("Infinity", .unexpected("'I'", expected: "a value")), ("-Infinity", .invalidNumber), ("-", .invalidNumber),
        ("+1", .unexpected("'+'", expected: "a value")), (".5", .unexpected("'.'", expected: "a value")),
        ("1.", .invalidNumber), ("1.e5", .invalidNumber), ("1e", .invalidNumber), ("1e+", .invalidNumber),
        ("-01", .invalidNumber), ("012", .invalidNumber), ("0x10", .trailingBytes), ("1_000", .trailingBytes),
        ("1e400", .numberOutOfRange), ("-1e400", .numberOutOfRange), ("--1", .invalidNumber),
        ("\u{FF11}", .unexpected("byte 239", expected: "a value")), ("true false", .trailingBytes),
        ("[] ]", .trailingBytes), ("1\u{0}", .trailingBytes), ("// x\n1", .unexpected("'/'", expected: "a value")),
        ("[", .unexpectedEnd(expected: "a value")), ("[1", .unexpectedEnd(expected: "a comma or ]")),
        ("[1,", .unexpectedEnd(expected: "a value")), ("[1,]", .unexpected("']'", expected: "a value")),
        ("[,1]", .unexpected("','", expected: "a value")), ("[1 2]", .unexpected("'2'", expected: "a comma or ]")),
        ("[1}", .unexpected("'}'", expected: "a comma or ]")), ("]", .unexpected("']'", expected: "a value")),
        ("{", .unexpectedEnd(expected: "a name in quotes")),
        ("{1:2}", .unexpected("'1'", expected: "a name in quotes")),
        ("{'a':1}", .unexpected("'''", expected: "a name in quotes")), (#"{"a"}"#, .unexpected("'}'", expected: ":")),
        (#"{"a" 1}"#, .unexpected("'1'", expected: ":")), (#"{"a":}"#, .unexpected("'}'", expected: "a value")),
        (#"{"a":1,}"#, .unexpected("'}'", expected: "a name in quotes")),
        (#"{"a":1"#, .unexpectedEnd(expected: "a comma or }")), (#"{"a":1,"a":2}"#, .duplicateName("a")),
        (#"{"a":1,"b":{"a":0},"\u0061":2}"#, .duplicateName("a")),
        (#"""#, .unexpectedEnd(expected: "the end of a string")), (#""\"#, .unexpectedEnd(expected: "an escape")),
        (#""\x41""#, .invalidEscape), (#""\'""#, .invalidEscape), (#""\U0041""#, .invalidEscape),
        (#""\u00""#, .invalidEscape), (#""\u00G0""#, .invalidEscape), (#""\u 123""#, .invalidEscape),
        (#""\u12"#, .unexpectedEnd(expected: "a hexadecimal digit")), (#""\uD800""#, .loneSurrogate),
        (#""\uDC00""#, .loneSurrogate), (#""\uD800\n""#, .loneSurrogate), (#""\uD800\uD800""#, .loneSurrogate),
        (#""\uDC00\uD800""#, .loneSurrogate), (#""\uD834x""#, .loneSurrogate), ("\"\n\"", .controlCharacter),
        ("\"\t\"", .controlCharacter), ("\"\u{0}\"", .controlCharacter), ("\"\u{1F}\"", .controlCharacter),
        ("\u{FEFF}1", .unexpected("byte 239", expected: "a value")),
        ("[1\u{A0}]", .unexpected("byte 194", expected: "a comma or ]")),
        ("[1\u{C}]", .unexpected("byte 12", expected: "a comma or ]")),
    ]

    @Test("invalid texts are refused with the reason", arguments: refused)
    func refuses(text: String, reason: JSONError.Reason) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.utf8)) }
        #expect(error?.reason == reason)
    }

    static let notUTF8: [[UInt8]] = [
        [0xFF], [0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
        [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80], [0xE2, 0x82], [0xC3],
    ]

    @Test("strings and names that are not UTF-8 are refused", arguments: notUTF8)
    func refusesBytes(bytes: [UInt8]) {
        let quoted = [UInt8(ascii: "\"")] + bytes + [UInt8(ascii: "\"")]
        for text in [quoted, Array("{".utf8) + quoted + Array(":1}".utf8)] {
            let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
            #expect(error?.reason == .invalidUTF8)
        }
    }

    @Test("64 levels are read and 65 refused, of arrays, objects and both")
    func depth() throws {
        for (opening, closing) in [("[", "]"), (#"{"a":"#, "}"), (#"[{"a":"#, "}]")] {
            let levels = opening.count { $0 == "[" || $0 == "{" }
            func text(_ depth: Int) -> [UInt8] {
                let repeats = depth / levels
                let whole =
                    String(repeating: opening, count: repeats) + "1" + String(repeating: closing, count: repeats)
                return Array(whole.utf8)
            }
            _ = try JSONValue(parsing: text(64))
            let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text(66)) }
            #expect(error?.reason == .tooDeep(limit: 64))
        }
        let unclosed = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(throws: JSONError.self) { try JSONValue(parsing: unclosed) }
    }

    @Test("an error carries the line, the column and the byte of the fault")
    func places() {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: Array("{\"é\":\n  [1,\n   x]}".utf8)) }
        #expect(error?.line == 3 && error?.column == 4 && error?.offset == 16)
        #expect(error?.description == "line 3, column 4: found 'x' where a value is expected")
        let twice = #expect(throws: JSONError.self) { try JSONValue(parsing: Array("{\"a\":1,\n \"a\":2}".utf8)) }
        #expect(twice?.line == 2 && twice?.column == 2)
    }

    @Test("every prefix of a text is refused, and so is every byte after it")
    func pieces() throws {
        let text = Array(#"{"a": [1.5e3, "x\u00e9\n", {"b": null}], "c": [true, false]}"#.utf8)
        _ = try JSONValue(parsing: text)
        for end in text.indices { #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text[..<end])) } }
        for byte in UInt8.min...UInt8.max where ![0x20, 0x09, 0x0A, 0x0D].contains(byte) {
            #expect(throws: JSONError.self) { try JSONValue(parsing: text + [byte]) }
        }
    }

    @Test("mutated texts are read or refused, and what is read is written and read as the same")
    func mutations() throws {
        let text = Array(#"{"a": [1.5e3, "x\uD834\udd1e\n", {"b": null}], "c": [true, -0.25]}"#.utf8)
        var random = SplitMix64(seed: 8259)
        for _ in 0..<20000 {
            var mutated = text
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                mutated[Int.random(in: 0..<text.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let value = try? JSONValue(parsing: mutated) else { continue }
            #expect(try JSONValue(parsing: Array(value.compact.utf8)) == value)
            #expect(try JSONValue(parsing: Array(value.indented.utf8)) == value)
        }
    }
}
