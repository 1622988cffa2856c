import TestSupport
import Testing

@testable import SegmentationService

@Suite("Multipart, query, Accept")
struct ParsingTests {
    /// What a form held, or that it was refused.
    private struct Parsed: Equatable {
        var parts: [String] = []
        var contents: [[UInt8]] = []
        var isWhole = false
        var isRefused = false

        init(_ pieces: [ArraySlice<UInt8>], boundary: String) {
            guard var parser = MultipartParser(boundary: boundary, headerBytes: 200) else { return }
            do {
                for piece in pieces {
                    parser.feed(Array(piece))
                    while let event = try parser.next() {
                        switch event {
                        case .part(let header):
                            parts.append(header.name)
                            contents.append([])
                        case .content(let bytes): contents[contents.count - 1] += bytes
                        case .partEnd, .end: break
                        }
                    }
                }
                isWhole = parser.isWhole
            } catch {
                isRefused = true
            }
        }
    }

    /// Parses whole, byte by byte and in random pieces, and demands the same of each.
    private func parse(_ bytes: [UInt8], boundary: String = "cut", seed: UInt64 = 1) -> Parsed {
        let whole = Parsed([bytes[...]], boundary: boundary)
        #expect(Parsed(bytes.indices.map { bytes[$0...$0] }, boundary: boundary) == whole, "byte by byte")
        var random = SplitMix64(seed: seed)
        for round in 0..<4 {
            var (pieces, start): ([ArraySlice<UInt8>], Int) = ([], 0)
            while start < bytes.count {
                let end = min(bytes.count, start + Int.random(in: 1...[3, 9, 50, 400][round], using: &random))
                pieces.append(bytes[start..<end])
                start = end
            }
            #expect(Parsed(pieces, boundary: boundary) == whole, "seed \(seed), round \(round)")
        }
        return whole
    }

    @Test("parts come back as they were put in, whatever bytes they hold and however they arrive")
    func roundTrip() {
        var random = SplitMix64(seed: 7)
        for round in 0..<60 {
            let alphabet = Array("\r\n--cut ab\0".utf8)
            let parts = (0..<Int.random(in: 1...4, using: &random)).map { index in
                (
                    name: "p\(index)",
                    content: (0..<Int.random(in: 0...120, using: &random)).map { _ in
                        alphabet[Int.random(in: alphabet.indices, using: &random)]
                    }
                )
            }
            guard !parts.contains(where: { String(decoding: [13, 10] + $0.content, as: UTF8.self).contains("--cut") })
            else { continue }
            let parsed = parse(form(parts), seed: UInt64(round))
            #expect(
                parsed.isWhole && parsed.parts == parts.map(\.name) && parsed.contents == parts.map(\.content),
                "round \(round)")
        }
    }

    @Test("damaged forms give the same verdict however they arrive, and never end the process")
    func damage() {
        let sound = form([("image", Array("picture".utf8)), ("classes", Array("road".utf8))])
        var random = SplitMix64(seed: 11)
        for round in 0..<300 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                if Bool.random(using: &random) {
                    bytes[place] = UInt8.random(in: 0...255, using: &random)
                } else {
                    bytes.remove(at: place)
                }
            }
            _ = parse(bytes, seed: UInt64(round))
        }
    }

    @Test("preamble, epilogue and blanks behind a boundary are ignored; other text there is refused")
    func delimiters() {
        let part = "Content-Disposition: form-data; name=\"a\\\"b\"\r\nContent-Type: text/plain\r\n\r\nx"
        let sound = parse(Array("before\r\n--cut \t\r\n\(part)\r\n--cut--\r\nafter --cut".utf8))
        #expect(sound.isWhole && sound.parts == [#"a"b"#] && sound.contents == [[0x78]])
        #expect(parse(Array("--cutter\r\n\(part)\r\n--cut--".utf8)).isRefused)
        #expect(!parse(Array("--cut\r\n\(part)\r\n--cut".utf8)).isWhole)
        #expect(parse(Array("--cut\r\nname: x\r\n\r\n\r\n--cut--".utf8)).isRefused)
        #expect(parse(Array(("--cut\r\nA: " + String(repeating: "x", count: 300)).utf8)).isRefused)
    }

    @Test("boundaries are those of RFC 2046", arguments: ["", "a ", "a\"b", String(repeating: "x", count: 71), "é"])
    func boundaries(_ boundary: String) {
        #expect(MultipartParser(boundary: boundary) == nil)
    }

    @Test("types and the names of their parameters are tokens; values may stand in quotes or without")
    func mediaTypes() throws {
        let type = try #require(MediaType("Multipart/Form-Data; Boundary=----=_Part_1; x=\"a\\\"; b\""))
        #expect(type.name == "multipart/form-data")
        #expect(type.parameters == ["boundary": "----=_Part_1", "x": "a\"; b"])
        for broken in [
            "image", "image/", "/png", "a/b/c", "im age/png", "image/p\0ng", "\u{212A}/a", "a/b; \"c\"=d", "a/b; =c",
            "a/b; c", "a/b; c=\"d", "a/b; c=1; C=2",
        ] {
            #expect(MediaType(broken) == nil, "\(broken)")
        }
    }

    @Test("queries are decoded strictly")
    func queries() throws {
        let query = try QueryParameters("classes=a%2Bb+c&classes=%C3%A4&x")
        #expect(query.values(of: "classes") == ["a+b c", "ä"] && query.values(of: "x") == [""])
        for broken in ["a=%", "a=%4", "a=%4g", "a=%ff", "%zz=1"] {
            #expect(throws: Problem.self) { try QueryParameters(broken) }
        }
    }

    @Test("Accept is read with its weights; without one JSON is sent")
    func accept() throws {
        let cases: [(String, AnswerForm?)] = [
            ("*/*", .json), ("image/*", .labelMap), ("image/png;q=0.4, application/json;q=0.5", .json),
            ("image/png, application/json;q=0.5", .labelMap), ("application/json;q=0, */*", .labelMap),
            ("text/html, */*;q=0.1", .json), ("text/html", nil), ("application/json;q=0", nil),
        ]
        for (value, form) in cases { #expect((try? AnswerForm(accept: [value], view: nil)) == form, "\(value)") }
        #expect(try AnswerForm(accept: [], view: nil) == .json)
        #expect(try AnswerForm(accept: ["*/*"], view: "overlay") == .overlay)
        #expect(throws: Problem.self) { try AnswerForm(accept: ["application/json"], view: "overlay") }
    }
}
