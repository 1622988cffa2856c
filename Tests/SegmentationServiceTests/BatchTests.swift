import Foundation
import Segmentation
import Tensors
import Testing

@testable import SegmentationService

@Suite("POST /v1/segment/batch")
struct BatchTests {
    private static let shared = Result { try TestService(configure: { $0.limits.queue = 20 }) }
    private var service: TestService { get throws { try Self.shared.get() } }

    private func ask(_ json: JSONValue, _ fields: [String] = []) throws -> Answer {
        try service.ask(
            "/v1/segment/batch", "POST", ["Content-Type: application/json"] + fields, Array(json.compact.utf8))
    }

    private func stable(_ json: JSONValue?) throws -> JSONValue {
        let members = try #require(json?.members)
        return .object(members.filter { !["id", "timings_ms"].contains($0.name) })
    }

    private static func scene() throws -> JSONValue { .string(Data(try TestService.scene()).base64EncodedString()) }

    @Test("each picture is answered as if alone, with the shared classes or its own, and a bad one fails alone")
    func mixed() throws {
        let scene = try Self.scene()
        let answer = try ask([
            "images": [
                ["data": scene], ["data": "AAAA"], ["data": scene, "classes": ["zebra"], "options": ["min_area": 9]],
                ["ref": .string("sha256:\(String(repeating: "0", count: 64))")],
                ["data": scene, "classes": ["a", "A"]],
                ["data": "%"], ["data": scene, "options": ["dry_run": true]], ["class": "a"],
            ],
            "classes": ["blue star"],
        ])
        #expect(answer.status == 200, "\(answer.text)")
        let results = try #require(try answer.json()["results"]?.array)
        #expect(results.compactMap { $0["status"]?.integer } == [200, 415, 200, 404, 422, 400, 200, 422])
        #expect(results.compactMap { $0["index"]?.integer } == Array(0..<8))
        let alone = try service.segment(TestService.question(["blue star"])).json()
        #expect(try stable(results[0]["result"]) == stable(alone))
        let own = try service.segment(TestService.question(["zebra"], ["min_area": 9])).json()
        #expect(try stable(results[2]["result"]) == stable(own))
        let pointers = [4, 5, 7].map { results[$0]["problem"]?["errors"]?.array?[0]["pointer"]?.string }
        #expect(pointers == ["/images/4/classes/1", "/images/5/data", "/images/7/class"])
        #expect(results[6]["result"]?["dry_run"] == true)
        #expect(results[1]["problem"]?["instance"] == "/v1/segment/batch")
    }

    @Test("a form sends several pictures with the classes they share")
    func form() throws {
        let scene = try TestService.scene()
        let body = SegmentationServiceTests.form([
            ("image", scene), ("classes", Array("zebra".utf8)), ("file", Array(scene.prefix(900))), ("image", scene),
        ])
        let answer = try service.ask(
            "/v1/segment/batch", "POST", ["Content-Type: multipart/form-data; boundary=cut"], body)
        let results = try #require(try answer.json()["results"]?.array)
        #expect(results.compactMap { $0["status"]?.integer } == [200, 422, 200])
        #expect(results[1]["problem"]?["errors"]?.array?[0]["pointer"] == "/images/1")
        #expect(try stable(results[0]["result"]) == stable(results[2]["result"]))
    }

    @Test("what spoils all pictures is one problem")
    func refusals() throws {
        let scene = try Self.scene()
        let many = JSONValue.array(Array(repeating: ["data": "AAAA"], count: 17))
        let cases: [(JSONValue, Int, String?)] = [
            ([:], 422, "/images"), (["images": []], 422, "/images"), (["images": [:]], 422, "/images"),
            (["images": many, "classes": ["a"]], 413, nil),
            (["images": [["data": scene]], "classes": []], 422, "/classes"),
            (["images": [["data": scene]], "classes": ["a"], "option": [:]], 422, "/option"),
            (["images": [["data": scene]], "classes": ["a"], "options": ["x": 1]], 422, "/options/x"),
        ]
        for (json, status, pointer) in cases {
            let answer = try ask(json)
            #expect(answer.status == status, "\(answer.text)")
            #expect(try answer.json()["errors"]?.array?[0]["pointer"]?.string == pointer)
        }
        #expect(try ask(["images": [["data": scene]], "classes": ["a"]], ["Accept: image/png"]).status == 406)
        let raw = try service.ask("/v1/segment/batch", "POST", ["Content-Type: image/png"], [1])
        #expect(raw.status == 415)
    }

    @Test("a batch waits whole or not at all, and each picture has the deadline to itself")
    func queue() throws {
        let service = try TestService(configure: { $0.limits.queue = 2 })
        let release = try service.occupyWorker()
        let scene = try Self.scene()
        let waiting = try service.client()
        let one = Array(try TestService.question(["zebra"]).compact.utf8)
        try waiting.send(TestService.message("/v1/segment", "POST", ["Content-Type: application/json"], one))
        #expect(eventually { service.service.queue.load.waiting == 1 })
        let batch: JSONValue = ["images": [["data": scene], ["data": scene]], "classes": ["zebra"]]
        let fields = ["Content-Type: application/json"]
        let refused = try service.ask("/v1/segment/batch", "POST", fields, Array(batch.compact.utf8))
        #expect(refused.status == 503 && service.service.queue.load.waiting == 1)
        release()
        #expect(try waiting.receive().status == 200)
        let hurried: JSONValue = [
            "images": [["data": scene, "options": ["timeout_ms": 1]], ["data": scene]], "classes": ["zebra"],
        ]
        let answer = try service.ask("/v1/segment/batch", "POST", fields, Array(hurried.compact.utf8))
        #expect(try answer.json()["results"]?.array?.compactMap { $0["status"]?.integer } == [504, 200])
    }
}
