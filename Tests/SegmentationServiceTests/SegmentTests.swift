import Foundation
import Imaging
import Segmentation
import Tensors
import Testing

@testable import SegmentationService

@Suite("POST /v1/segment")
struct SegmentTests {
    private static let shared = Result { try TestService() }
    private var service: TestService { get throws { try Self.shared.get() } }
    private static let formField = "Content-Type: multipart/form-data; boundary=cut"

    /// The answer without what differs between two answers to one request.
    private func stable(_ answer: Answer) throws -> JSONValue {
        let members = try #require(try answer.json().members)
        return .object(members.filter { !["id", "timings_ms"].contains($0.name) })
    }

    @Test("the answer is the one that the segmenter gives, with the request's id and the wait for a worker")
    func answer() throws {
        let answer = try service.segment(TestService.question(), ["X-Request-Id: my-1"])
        #expect(answer.status == 200, "\(answer.text)")
        let context = ExecutionContext(team: ThreadTeam(threads: 1))
        let expected = try TestService.segmenter().segment(
            Picture(TestService.scene(), context), into: [ClassQuery("blue star"), ClassQuery("zebra")], .init(),
            context)
        let (found, wanted) = (try stable(answer), expected.json(id: "my-1"))
        #expect(found["segments"] == wanted["segments"] && found["classes"] == wanted["classes"])
        #expect(found["image"] == wanted["image"] && found["model"] == wanted["model"])
        #expect(try answer.json()["id"] == "my-1")
        #expect(try #require(answer.json()["timings_ms"]?["queue"]?.number) > 0 || answer["server-timing"] != nil)
    }

    @Test("every answer carries id, no-store, nosniff, Server-Timing, and the trace it was asked in")
    func commonFields() throws {
        let trace = "0af7651916cd43dd8448eb211c80319c"
        for target in ["/livez", "/nothing", "/v1/limits"] {
            let answer = try service.ask(target, "GET", ["traceparent: 00-\(trace)-b7ad6b7169203331-01"])
            #expect(answer["x-request-id"]?.hasPrefix("req_") == true)
            #expect(answer["cache-control"] == "no-store" && answer["x-content-type-options"] == "nosniff")
            #expect(answer["server-timing"]?.hasPrefix("total;dur=") == true)
            let parent = try #require(answer["traceparent"])
            #expect(parent.hasPrefix("00-\(trace)-") && parent.hasSuffix("-01") && !parent.contains("b7ad6b7169203331"))
        }
        #expect(try service.ask("/livez", "GET", ["traceparent: 00-zz-1-01"])["traceparent"] == nil)
    }

    @Test("JSON, form and raw picture say the same")
    func threeForms() throws {
        let scene = try TestService.scene()
        let json = try service.segment(TestService.question(["blue star", "a, b"], ["min_area": 3]))
        let form = try service.ask(
            "/v1/segment", "POST", [Self.formField],
            form([
                ("classes", Array("blue star".utf8)), ("file", scene), ("classes", Array("a, b".utf8)),
                ("options", Array(#"{"min_area": 3}"#.utf8)),
            ]))
        let raw = try service.ask(
            "/v1/segment?classes=blue%20star&classes=a%2C+b&options=%7B%22min_area%22:3%7D", "POST",
            ["Content-Type: application/octet-stream"], scene)
        #expect(json.status == 200 && form.status == 200 && raw.status == 200, "\(form.text) \(raw.text)")
        #expect(try stable(json) == stable(form) && stable(json) == stable(raw))
        let array = try service.ask(
            "/v1/segment", "POST", [Self.formField],
            self.form([
                ("image", scene), ("classes", Array(#" ["blue star", {"name": "a, b"}]"#.utf8)),
                ("options", Array(#"{"min_area": 3}"#.utf8)),
            ]))
        #expect(try stable(json) == stable(array))
    }

    @Test("every detail and components come over the wire as the document describes them")
    func details() throws {
        let answer = try service.segment(
            TestService.question(
                ["blue star", "red striped circle"],
                ["components": true, "include": ["rle", "polygon", "runner_up", "eigensegments", "timings"]]))
        #expect(answer.status == 200, "\(answer.text)")
        let segments = try #require(answer.json()["segments"]?.array)
        #expect(!segments.isEmpty)
        for segment in segments {
            let corners = try #require(segment["polygon"]?.array?[0].array?[0].array)
            #expect(corners.first == corners.last)
            #expect(segment["runner_up"]?["class"]?.string != segment["class"]?.string)
        }
        #expect(try answer.json()["eigensegments"]?.array?.allSatisfy { $0["polygon"]?.array != nil } == true)
    }

    private func form(_ parts: [(name: String, content: [UInt8])]) -> [UInt8] {
        SegmentationServiceTests.form(parts)
    }

    @Test("Accept chooses JSON, a label map that agrees with it, or an overlay; Vary says so")
    func negotiation() throws {
        let question = try TestService.question()
        let json = try service.segment(question)
        let png = try service.segment(question, ["Accept: image/png"])
        #expect(json["vary"] == "accept" && png["vary"] == "accept" && png["content-type"] == "image/png")
        let map = try LabelMap(png: png.body)
        #expect(try map.pixelCounts(classes: 2)[1] == json.json()["segments"]?.array?[0]["area"]?.integer)
        let overlay = try service.ask(
            "/v1/segment?view=overlay", "POST", ["Content-Type: application/json"], Array(question.compact.utf8))
        #expect(try ImageDecoder.decode(overlay.body).width >= map.width)
        let refused = try service.segment(question, ["Accept: text/html, image/webp;q=0.5"])
        #expect(refused.status == 406 && refused["vary"] == "accept")
        #expect(try refused.json()["alternatives"] == ["application/json", "image/png"])
    }

    @Test("a dry run tells size and cost, and computes nothing")
    func dryRun() throws {
        let release = try service.occupyWorker()
        defer { release() }
        let answer = try service.segment(TestService.question(["a", "b"], ["dry_run": true])).json()
        #expect(answer["dry_run"] == true && answer["cost"]?.integer == 640 * 480 * 2)
        #expect(answer["image"]?["width"]?.integer == 640)
    }

    @Test("HEAD, OPTIONS and self-description answer while the worker computes")
    func beside() throws {
        let release = try service.occupyWorker()
        defer { release() }
        #expect(try service.ask("/readyz").json() == ["status": "ready"])
        #expect(try service.ask("/healthz").status == 200)
        #expect(try service.ask("/v1/segment", "OPTIONS")["allow"] == "OPTIONS, POST")
        #expect(try service.ask("/v1/models").json()["models"]?.array?[0]["name"] == "silhouette-starter")
        #expect(try service.ask("/").json()["endpoints"]?.array?.count == Endpoint.allCases.count)
    }
}
