import Encoders
import Foundation
import Tensors
import TestSupport
import Testing

@testable import SegmentationService

@Suite("Choosing a model")
struct ModelChoiceTests {
    private static let bundles = Result {
        let bundles = try StarterVariants()
        try bundles.write("first")
        try bundles.write("second", mean: 0.2)
        let newer = try bundles.write("newer", version: "2")
        // A second version of the second one, in another folder.
        let json = try JSONValue(parsing: Array(Data(contentsOf: URL(fileURLWithPath: "\(newer)/bundle.json"))))
        try Data(json.replacing("/name", "second").compact.utf8).write(to: URL(fileURLWithPath: "\(newer)/bundle.json"))
        return bundles
    }
    private static let shared = Result {
        try TestService(["first", "second", "newer"].map { TestService.source(try bundles.get().path($0)) })
    }
    private var service: TestService { get throws { try Self.shared.get() } }

    private func options(_ model: String) -> JSONValue { ["fusion": "none", "model": .string(model)] }

    private func segment(_ query: String, form parts: [(name: String, content: [UInt8])]) throws -> Answer {
        try service.ask("/v1/segment\(query)", "POST", ["Content-Type: multipart/form-data; boundary=cut"], form(parts))
    }

    /// What has answered, by name and version.
    private func answering(_ answer: Answer) throws -> String {
        #expect(answer.status == 200, "\(answer.text.prefix(300))")
        let model = try #require(answer.json()["model"])
        return "\(try #require(model["name"]?.string))@\(try #require(model["version"]?.string))"
    }

    @Test("every form names it in its options, its part or its query, and the answers are the same")
    func forms() throws {
        let scene = try TestService.scene()
        let json = try service.segment(TestService.question(["blue star"], options("second")))
        let parts = [("image", scene), ("classes", Array("blue star".utf8))]
        let quick = Array(TestService.quick.compact.utf8)
        let raw = "/v1/segment?classes=blue%20star&options=%7B%22fusion%22:%22none%22"
        let answers = [
            json,
            try segment("", form: parts + [("options", Array(options("second").compact.utf8))]),
            try segment("", form: parts + [("options", quick), ("model", Array("second".utf8))]),
            try segment("?model=second", form: parts + [("options", quick)]),
            try service.ask("\(raw)%7D&model=second", "POST", ["Content-Type: image/png"], scene),
            try service.ask("\(raw),%22model%22:%22second%22%7D", "POST", ["Content-Type: image/png"], scene),
            try service.ask(
                "/v1/segment?model=second", "POST", ["Content-Type: application/json"],
                Array(TestService.question(["blue star"], TestService.quick).compact.utf8)),
        ]
        let wanted = try #require(json.json()["segments"])
        for answer in answers {
            #expect(try answering(answer) == "second@1")
            #expect(try answer.json()["segments"] == wanted)
        }
        let first = try service.segment(TestService.question(["blue star"], TestService.quick))
        #expect(try answering(first) == "first@1" && first.json()["segments"] != wanted)
    }

    @Test("a name means the first of that name; name@version and digest mean one")
    func names() throws {
        let listed = try #require(service.ask("/v1/models").json()["models"]?.array)
        #expect(listed.compactMap { $0["name"]?.string } == ["first", "second", "second"])
        #expect(listed.compactMap { $0["default"]?.bool } == [true, false, false])
        #expect(listed.allSatisfy { $0["state"] == "ready" && $0["license"] == "Apache-2.0" })
        #expect(listed.allSatisfy { $0["encoders"] == ["text": "clip-text", "visual": "drn-d", "spectral": "vit"] })
        #expect(listed.allSatisfy { ($0["weight_bytes"]?.integer ?? 0) > 1 << 20 })
        let digest = try #require(listed[2]["digest"]?.string)
        for (name, found) in [
            ("first", "first@1"), ("second", "second@1"), ("second@2", "second@2"), (digest, "second@2"),
        ] {
            let answer = try service.segment(TestService.question(["blue star"], options(name)))
            #expect(try answering(answer) == found)
            #expect(try name != digest || answer.json()["model"]?["digest"]?.string == digest)
        }
    }

    @Test("in a batch each picture has its own, else that of the request")
    func batch() throws {
        let scene: JSONValue = .string(Data(try TestService.scene()).base64EncodedString())
        let images: JSONValue = [
            ["data": scene], ["data": scene, "options": options("first")],
            ["data": scene, "options": TestService.quick],
            ["data": scene, "options": options("third")],
        ]
        func results(_ query: String, _ options: JSONValue) throws -> [JSONValue] {
            let body: JSONValue = ["images": images, "classes": ["blue star"], "options": options]
            let answer = try service.ask(
                "/v1/segment/batch\(query)", "POST", ["Content-Type: application/json"], Array(body.compact.utf8))
            return try #require(answer.json()["results"]?.array, "\(answer.text.prefix(300))")
        }
        for found in [try results("", options("second")), try results("?model=second", TestService.quick)] {
            #expect(found.map { $0["result"]?["model"]?["name"]?.string } == ["second", "first", "second", nil])
            #expect(found[3]["status"] == 422 && found[3]["problem"]?["type"] == "/problems/unknown-model")
            #expect(found[3]["problem"]?["errors"]?.array?[0]["pointer"] == "/images/3/options/model")
        }
        let form = try service.ask(
            "/v1/segment/batch", "POST", ["Content-Type: multipart/form-data; boundary=cut"],
            form([
                ("image", TestService.scene()), ("classes", Array("zebra".utf8)), ("model", Array("second@2".utf8)),
                ("options", Array(TestService.quick.compact.utf8)),
            ]))
        #expect(try form.json()["results"]?.array?[0]["result"]?["model"]?["version"] == "2")
    }

    @Test("one that is not served, or named in two places, is refused with the place and the names there are")
    func refusals() throws {
        let scene = try TestService.scene()
        let parts = [("image", scene), ("classes", Array("a".utf8))]
        let raw = ["Content-Type: image/png"]
        let body = try TestService.question(["a"])
        let image = try #require(body["image"])
        let batch: JSONValue = ["images": [image], "classes": ["a"], "options": ["model": "third"]]
        let unknown: [(Answer, String)] = [
            (try service.segment(TestService.question(["a"], ["model": "third"])), "/options/model"),
            (try segment("", form: parts + [("model", Array("third".utf8))]), "/model"),
            (try service.ask("/v1/segment?classes=a&model=third", "POST", raw, scene), "/model"),
            (try service.ask("/v1/images?model=third", "POST", raw, scene), "/model"),
            (
                try service.ask(
                    "/v1/segment/batch", "POST", ["Content-Type: application/json"], Array(batch.compact.utf8)),
                "/options/model"
            ),
        ]
        for (answer, pointer) in unknown {
            let problem = try answer.json()
            #expect(answer.status == 422 && problem["type"] == "/problems/unknown-model", "\(answer.text)")
            #expect(problem["errors"]?.array?[0]["pointer"]?.string == pointer)
            #expect(problem["detail"] == "no model is named \"third\"; there are first@1, second@1, second@2")
        }
        let twice = [
            try service.ask(
                "/v1/segment?model=first", "POST", ["Content-Type: application/json"],
                Array(TestService.question(["a"], ["model": "first"]).compact.utf8)),
            try segment("?model=first", form: parts + [("model", Array("first".utf8))]),
            try segment("", form: parts + [("model", Array("first".utf8)), ("model", Array("first".utf8))]),
            try service.ask("/v1/segment?classes=a&model=first&model=first", "POST", raw, scene),
            try service.segment(TestService.question(["a"], ["model": 1])),
        ]
        for answer in twice { #expect(answer.status == 422, "\(answer.text)") }
        #expect(try service.segment(TestService.question(["a"], ["dry_run": true, "model": "third"])).status == 422)
    }

    @Test("two bundles that nobody could tell apart, and a folder that is none, are refused before anything is loaded")
    func catalog() throws {
        let bundles = try StarterVariants()
        let (one, two) = (try bundles.write("one"), try bundles.write("two"))
        func refusal(_ paths: [String]) -> String {
            do {
                _ = try ModelCatalog(paths.map { TestService.source($0) { Issue.record("a bundle is loaded") } })
                return "served"
            } catch {
                return "\(error)"
            }
        }
        #expect(refusal([one, two]) == "served")
        #expect(
            refusal([one, two, one])
                == "the bundles \(one) and \(one) are both one@1, so no request could tell them apart; serve one of them"
        )
        #expect(refusal([one, bundles.path("three")]).hasPrefix("no bundle at \(bundles.path("three"))"))
        try FileManager.default.removeItem(atPath: "\(two)/spectral.safetensors")
        #expect(refusal([one, two]).hasPrefix("\(two)/spectral.safetensors: cannot be read"))
    }
}
