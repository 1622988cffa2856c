import Encoders
import Segmentation
import Tensors
import Testing

@Suite("What a request asks for")
struct RequestTests {
    private func parse(_ text: String) throws -> [ClassQuery] {
        try ClassQuery.parse(JSONValue(parsing: Array(text.utf8)))
    }

    private func options(_ text: String) throws -> SegmentationOptions {
        try SegmentationOptions.parse(JSONValue(parsing: Array(text.utf8)))
    }

    @Test("Classes are names or objects, in order, in the given spelling")
    func classes() throws {
        let classes = try parse(#"["Road ", {"name": "car", "prompts": ["a car", "a parked van"], "threshold": 0.35}]"#)
        #expect(
            classes == [
                ClassQuery("Road "), ClassQuery("car", prompts: ["a car", "a parked van"], threshold: 0.35),
            ])
    }

    @Test(
        "Duplicates are found after NFC, trimming and case folding",
        arguments: [
            ("Road", "road"), (" road\\n", "ROAD"), ("caf\\u00e9", "cafe\\u0301"), ("Straße", "STRASSE"),
            ("ΟΔΟΣ", "οδος"), ("οδος", "οδοσ"),
        ])
    func duplicates(_ first: String, _ second: String) {
        #expect {
            try parse("[\"\(first)\", \"sky\", \"\(second)\"]")
        } throws: { error in
            guard case .duplicateClass("/classes/2", _, "/classes/0") = error as? SegmentationError else {
                return false
            }
            return true
        }
    }

    @Test(
        "A list that cannot be answered is refused with the pointer of its fault",
        arguments: [
            (#""road""#, #"/classes: found "road", expected an array of classes"#),
            ("[]", "/classes: the list is empty; name at least one class"),
            ("[7]", "/classes/0: found 7, expected a name or an object with one"),
            (#"["  "]"#, "/classes/0: found an empty text, expected some words"),
            (#"[{"prompts": ["a"]}]"#, #"/classes/0: found an object, expected an object with a "name""#),
            (
                #"[{"name": "a", "treshold": 0.1}]"#,
                "/classes/0/treshold: no such field; known are name, prompts, threshold"
            ),
            (#"[{"name": "a", "threshold": 2}]"#, "/classes/0/threshold: found 2, expected a number from 0 to 1"),
            (
                #"[{"name": "a", "prompts": []}]"#,
                "/classes/0/prompts: found an empty array, expected at least one prompt, or no field"
            ),
            (#"[{"name": "a", "prompts": [1]}]"#, "/classes/0/prompts/0: found 1, expected a string"),
            (#"[{"name": "a", "a/b": 1}]"#, "/classes/0/a~1b: no such field; known are name, prompts, threshold"),
        ])
    func refusals(_ text: String, _ message: String) {
        #expect {
            try parse(text)
        } throws: { "\($0)" == message }
    }

    @Test("256 classes of 256 bytes and 16 prompts each pass; one more of any does not")
    func limits() throws {
        func names(_ count: Int) -> [ClassQuery] { (0..<count).map { ClassQuery("class \($0)") } }
        try ClassQuery.validate(names(256))
        #expect(throws: SegmentationError.limitExceeded(pointer: "/classes", what: "classes", limit: 256, actual: 257))
        {
            try ClassQuery.validate(names(257))
        }
        let long = String(repeating: "é", count: 128)
        try ClassQuery.validate([ClassQuery(long, prompts: Array(repeating: long, count: 16))])
        #expect(throws: SegmentationError.limitExceeded(pointer: "/classes/0", what: "bytes", limit: 256, actual: 257))
        {
            try ClassQuery.validate([ClassQuery(long + "e")])
        }
        #expect(
            throws: SegmentationError.limitExceeded(
                pointer: "/classes/0/prompts", what: "prompts", limit: 16, actual: 17)
        ) {
            try ClassQuery.validate([ClassQuery("a", prompts: Array(repeating: "b", count: 17))])
        }
    }

    @Test("Options left out keep their defaults; those given are read")
    func optionsRead() throws {
        #expect(try options("{}") == SegmentationOptions())
        var expected = SegmentationOptions()
        expected.background = .prompt("a wall")
        expected.presenceThreshold = 0.25
        expected.minArea = 40
        expected.fusion = .selectAfterPropagate
        expected.components = true
        expected.include = [.polygon, .runnerUp, .eigensegments]
        expected.rle = .uncompressed
        expected.orientation = .ignore
        let given = """
            {"background": {"prompt": "a wall"}, "presence_threshold": 0.25, "min_area": 40,
             "fusion": "select+propagate", "components": true, "include": ["polygon", "runner_up", "eigensegments"],
             "rle": "uncompressed", "orientation": "ignore"}
            """
        #expect(try options(given) == expected)
        #expect(try options(#"{"background": "none", "include": []}"#).background == .none)
    }

    @Test(
        "Options that cannot be met are refused",
        arguments: [
            (#"{"components": "yes"}"#, #"/options/components: found "yes", expected true or false"#),
            (
                #"{"include": ["area"]}"#,
                #"/options/include/0: found "area", expected one of "rle", "polygon", "runner_up", "#
                    + #""eigensegments", "timings""#
            ),
            (
                #"{"background": "off"}"#,
                #"/options/background: found "off", expected "auto", "none" or {"prompt": "…"}"#
            ),
            (
                #"{"background": {"prompt": " "}}"#,
                "/options/background/prompt: found an empty text, expected some words"
            ),
            (
                #"{"min_area": 0}"#,
                "/options/min_area: found 0, expected a whole number of pixels, at least 1"
            ),
            (
                #"{"min_area": 1.5}"#,
                "/options/min_area: found 1.5, expected a whole number of pixels, at least 1"
            ),
            (
                #"{"fusion": "oracle"}"#,
                #"/options/fusion: found "oracle", expected one of "none", "select", "propagate", "select+propagate""#
            ),
            ("[]", "/options: found an array, expected an object"),
        ])
    func optionsRefused(_ text: String, _ message: String) {
        #expect {
            try options(text)
        } throws: { "\($0)" == message }
    }
}
