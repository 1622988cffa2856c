import Segmentation
import Tensors
import TestSupport
import Testing

@testable import SegmentationService

@Suite("Configured limits")
struct LimitTests {
    @Test("a configured limit is what requests are held to, what the refusal quotes, and what /v1/limits says")
    func lowered() throws {
        let service = try TestService(configure: { configuration in
            configuration.limits.request.classes = 1
            configuration.limits.request.textBytes = 8
            configuration.limits.request.prompts = 1
            configuration.limits.batch = 1
        })
        let limits: JSONValue = try service.ask("/v1/limits").json()
        let refused: [(JSONValue, String, Double, Int)] = [
            (["blue star", "zebra"], "classes", 1, 413), (["blue star"], "text_bytes", 8, 422),
            ([["name": "zebra", "prompts": ["a", "b"]]], "prompts", 1, 422),
        ]
        for (classes, name, limit, status) in refused {
            #expect(limits[name] == .number(limit))
            let answer = try service.segment(TestService.question(classes))
            #expect(try answer.status == status && answer.json()["limit"]?.number == limit, "\(answer.text)")
        }
        #expect(limits["batch_images"] == 1)
        let digest = [String](repeating: "0", count: 64).joined()
        let image: JSONValue = ["ref": .string("sha256:\(digest)")]
        let batch: JSONValue = ["images": [image, image], "classes": ["zebra"]]
        let answer = try service.ask(
            "/v1/segment/batch", "POST", ["Content-Type: application/json"], Array(batch.compact.utf8))
        #expect(try answer.status == 413 && answer.json()["limit"]?.number == 1, "\(answer.text)")
        #expect(try service.segment(TestService.question(["zebra"])).status == 200)
    }

    @Test("a raised limit holds down to the segmenter")
    func raised() throws {
        var request = RequestLimits()
        request.textBytes = 300
        let service = try TestService(
            loading: { [request] in try Segmenter(TestService.segmenter().bundle, limits: request) },
            configure: { $0.limits.request = request })
        let name = "star" + [String](repeating: "!", count: 296).joined()
        let answer = try service.segment(TestService.question([.string(name)]))
        #expect(answer.status == 200, "\(answer.text.prefix(400))")
    }
}
