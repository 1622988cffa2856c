import Foundation
import HTTPTransport
import Segmentation
import Tensors
import Testing

@testable import SegmentationService

@Suite("Problems")
struct ProblemTests {
    private static let shared = Result {
        try TestService(configure: { $0.limits.transport.bodyBytes = 4 << 20 })
    }
    private var service: TestService { get throws { try Self.shared.get() } }

    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let body: String
        var type = "application/json"
        var query = ""
        let status: Int
        var pointer: String?
    }

    private static let scene = "SCENE"

    /// `SCENE` stands for the picture in base64.
    static let cases: [Case] = [
        Case(description: "no JSON", body: "{", status: 400, pointer: ""),
        Case(description: "NaN", body: #"{"options":NaN}"#, status: 400, pointer: ""),
        Case(description: "no object", body: "[]", status: 422, pointer: ""),
        Case(description: "duplicate keys", body: #"{"classes":[],"classes":[]}"#, status: 422, pointer: ""),
        Case(
            description: "class for classes", body: #"{"image":{"data":"SCENE"},"class":["a"]}"#, status: 422,
            pointer: "/class"),
        Case(description: "no picture", body: #"{"classes":["a"]}"#, status: 422, pointer: "/image"),
        Case(
            description: "unknown picture field", body: #"{"image":{"data":"","url":"x"},"classes":["a"]}"#,
            status: 422, pointer: "/image/url"),
        Case(
            description: "no base64", body: #"{"image":{"data":"%"},"classes":["a"]}"#, status: 400,
            pointer: "/image/data"),
        Case(
            description: "no classes", body: #"{"image":{"data":"SCENE"},"classes":[]}"#, status: 422,
            pointer: "/classes"),
        Case(description: "classes left out", body: #"{"image":{"data":"SCENE"}}"#, status: 422, pointer: "/classes"),
        Case(
            description: "duplicates", body: #"{"image":{"data":"SCENE"},"classes":["Road"," road"]}"#, status: 422,
            pointer: "/classes/1"),
        Case(
            description: "threshold past 1",
            body: #"{"image":{"data":"SCENE"},"classes":[{"name":"a","threshold":2}]}"#, status: 422,
            pointer: "/classes/0/threshold"),
        Case(
            description: "unknown option", body: #"{"image":{"data":"SCENE"},"classes":["a"],"options":{"fuse":1}}"#,
            status: 422, pointer: "/options/fuse"),
        Case(
            description: "time-out of 0",
            body: #"{"image":{"data":"SCENE"},"classes":["a"],"options":{"timeout_ms":0}}"#, status: 422,
            pointer: "/options/timeout_ms"),
        Case(description: "GIF", body: #"{"image":{"data":"R0lGODlhAQABAAAAACw="},"classes":["a"]}"#, status: 415),
        Case(description: "empty picture", body: #"{"image":{"data":""},"classes":["a"]}"#, status: 415),
        Case(description: "truncated picture", body: "\u{89}PNG", type: "image/png", query: "?classes=a", status: 415),
        Case(description: "another type", body: "x", type: "text/plain", status: 415),
        Case(description: "not the claimed type", body: "GIF8", type: "image/jpeg", query: "?classes=a", status: 415),
        Case(description: "unknown query", body: "{}", query: "?class=a", status: 422, pointer: "/class"),
        Case(description: "unknown view", body: "{}", query: "?view=all", status: 422, pointer: "/view"),
        Case(description: "form without boundary", body: "x", type: "multipart/form-data", status: 400),
        Case(description: "form cut short", body: "--b\r\n", type: "multipart/form-data; boundary=b", status: 400),
        Case(
            description: "unknown part", body: "--b\r\nContent-Disposition: form-data; name=class\r\n\r\na\r\n--b--",
            type: "multipart/form-data; boundary=b", status: 422, pointer: "/class"),
    ]

    @Test("each fault has its status, its pointer and all members", arguments: cases)
    func table(_ fault: Case) throws {
        let body = fault.body.replacing(Self.scene, with: Data(try TestService.scene()).base64EncodedString())
        let answer = try service.ask(
            "/v1/segment\(fault.query)", "POST", ["Content-Type: \(fault.type)"], Array(body.utf8))
        #expect(answer.status == fault.status, "\(answer.text)")
        #expect(answer["content-type"] == "application/problem+json")
        let problem = try answer.json()
        for name in ["type", "title", "status", "detail", "instance", "request_id", "retryable"] {
            #expect(problem[name] != nil, "\(name)")
        }
        #expect(problem["request_id"]?.string == answer["x-request-id"] && problem["instance"] == "/v1/segment")
        if let pointer = fault.pointer { #expect(problem["errors"]?.array?[0]["pointer"]?.string == pointer) }
        if fault.status == 415 {
            #expect(
                answer["accept-post"]
                    == "application/json, multipart/form-data, image/jpeg, image/png, image/webp, application/octet-stream"
            )
        }
    }

    @Test("a picture that is cut short is 422, one too wide 413 before anything is decoded")
    func pictures() throws {
        let scene = try TestService.scene()
        let cut = try service.ask(
            "/v1/segment?classes=a", "POST", ["Content-Type: image/png"], Array(scene.prefix(scene.count / 2)))
        #expect(cut.status == 422)
        var wide = scene
        // The width in IHDR, whose checksum then no longer fits: the header may be refused for either.
        wide.replaceSubrange(16..<20, with: [0, 0, 0x40, 0x01])
        let refused = try service.ask("/v1/segment?classes=a", "POST", ["Content-Type: image/png"], wide)
        #expect(refused.status == 413 || refused.status == 422, "\(refused.text)")
    }

    @Test("as many classes as the limit are admitted, one more is 413 with both numbers")
    func classLimit() throws {
        let names = (0...256).map { JSONValue.string("class \($0)") }
        let options: JSONValue = ["dry_run": true]
        #expect(try service.segment(TestService.question(.array(Array(names.prefix(256))), options)).status == 200)
        let refused = try service.segment(TestService.question(.array(names), options))
        #expect(refused.status == 413)
        let problem = try refused.json()
        #expect(problem["limit"]?.integer == 256 && problem["actual"]?.integer == 257)
    }

    @Test("a body past the limit, an unknown path and another method are problems too")
    func transport() throws {
        let large = try service.ask(
            "/v1/segment", "POST", ["Content-Type: image/png"], [UInt8](repeating: 0, count: (4 << 20) + 1))
        #expect(large.status == 413)
        #expect(try large.json()["limit"]?.integer == 4 << 20)
        #expect(large["x-request-id"] != nil && large["cache-control"] == "no-store")
        #expect(try service.ask("/v1/segments").status == 404)
        let get = try service.ask("/v1/segment")
        #expect(get.status == 405 && get["allow"] == "OPTIONS, POST")
        #expect(try service.ask("/livez", "POST")["allow"] == "GET, HEAD, OPTIONS")
    }

    @Test("a failure inside says an id only, and the log has the reason")
    func hidden() throws {
        let error = SegmentationError.nonFiniteLogits(bundle: "b")
        #expect(Problem.telling(error) == nil)
        #expect(Problem.internalError.status == 500)
    }
}
