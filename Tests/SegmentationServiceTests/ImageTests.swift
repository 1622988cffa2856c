import Foundation
import Segmentation
import Synchronization
import Tensors
import Testing

@testable import SegmentationService

@Suite("Held pictures")
struct ImageTests {
    private static let raw = ["Content-Type: application/octet-stream"]

    private func upload(_ service: TestService, _ target: String = "/v1/images") throws -> Answer {
        try service.ask(target, "POST", Self.raw, TestService.scene())
    }

    private func stable(_ answer: Answer) throws -> JSONValue {
        let members = try #require(try answer.json().members, "\(answer.text)")
        return .object(members.filter { !["id", "timings_ms"].contains($0.name) })
    }

    @Test("a picture is encoded once: 201 with its place, then 200; its place describes it until it is deleted")
    func life() throws {
        let service = try TestService()
        let created = try upload(service)
        #expect(created.status == 201, "\(created.text)")
        let scene = try TestService.scene()
        let digest = try Tensors.sha256(of: scene.span)
        let place = try #require(created["location"])
        #expect(place == "/v1/images/\(digest)")
        #expect(try created.json()["ref"]?.string == "sha256:\(digest)")
        #expect(try created.json()["image"]?["width"] == 640)
        #expect(try created.json()["bytes"]?.integer == scene.count)
        let again = try service.ask(
            "/v1/images", "POST", ["Content-Type: multipart/form-data; boundary=cut"],
            form([("image", scene)]))
        #expect(again.status == 200 && again["location"] == place)
        #expect(try service.ask(place).json()["held_bytes"] == created.json()["held_bytes"])
        #expect(try service.ask("/v1/images/sha256:\(digest.uppercased())").status == 200)
        #expect(try service.ask(place, "DELETE").status == 204)
        #expect(try service.ask(place, "DELETE").status == 404)
        #expect(try service.ask(place).status == 404)
        #expect(service.service.images.load == (0, 0))
    }

    @Test(
        "a reference answers what the picture itself does, whatever is asked of it",
        arguments: [
            #"{}"#, #"{"fusion": "none"}"#, #"{"fusion": "select", "background": "none"}"#,
            #"{"fusion": "propagate", "include": ["eigensegments"]}"#, #"{"orientation": "ignore"}"#,
        ])
    func sameAnswer(options: String) throws {
        let service = try TestService()
        let reference = try #require(try upload(service).json()["ref"])
        let options = try JSONValue(parsing: Array(options.utf8))
        let question = try TestService.question(["blue star", "zebra"], options)
        let direct = try service.segment(question)
        let held = try service.segment([
            "image": ["ref": reference], "classes": ["blue star", "zebra"], "options": options,
        ])
        #expect(held.status == 200)
        #expect(try stable(held) == stable(direct))
        if options["orientation"] == nil, let timings = try held.json()["timings_ms"] {
            #expect(timings["encode"] == 0 && timings["spectral"] == 0 && timings["decode"] == 0)
        }
        let overlay = try service.ask(
            "/v1/segment?view=overlay", "POST", ["Content-Type: application/json"],
            Array((["image": ["ref": reference], "classes": ["zebra"]] as JSONValue).compact.utf8))
        #expect(overlay.status == 200 && overlay["content-type"] == "image/png")
    }

    @Test("what is not held, or not named as the service names it, is refused with what to do")
    func refusals() throws {
        let service = try TestService()
        let unknown = String(repeating: "0", count: 64)
        let missing = try service.segment(["image": ["ref": .string("sha256:\(unknown)")], "classes": ["a"]])
        #expect(missing.status == 404)
        #expect(try missing.json()["hint"]?.string?.contains("POST /v1/images") == true)
        let images: [JSONValue] = [
            ["ref": "sha256:12"], ["ref": 3], ["ref": .string(unknown), "data": ""], [:],
        ]
        for image in images {
            #expect(try service.segment(["image": image, "classes": ["a"]]).status == 422, "\(image.compact)")
        }
        #expect(try service.ask("/v1/images/nothing").status == 404)
        let json = try service.ask("/v1/images", "POST", ["Content-Type: application/json"], Array("{}".utf8))
        #expect(json.status == 415 && json["accept-post"]?.contains("json") == false)
        #expect(try service.ask("/v1/images", "POST", Self.raw, [1, 2, 3]).status == 415)
        let named = try service.ask(
            "/v1/images", "POST", ["Content-Type: multipart/form-data; boundary=cut"],
            form([("image", TestService.scene()), ("classes", Array("a".utf8))]))
        #expect(named.status == 422)
        let option = try upload(service, "/v1/images?options=%7B%22fusion%22:%22none%22%7D")
        #expect(try option.status == 422 && option.json()["errors"]?.array?[0]["pointer"] == "/options/fusion")
        #expect(try upload(service, "/v1/images?options=%7B%22orientation%22:%22ignore%22%7D").status == 201)
    }

    @Test("a picture that takes more than all held ones may is refused, and nothing is kept")
    func tooLarge() throws {
        let service = try TestService(configure: { $0.limits.heldImages = 100_000 })
        let refused = try upload(service)
        #expect(refused.status == 413)
        #expect(try refused.json()["limit"] == 100_000)
        #expect(service.service.images.load == (0, 0))
    }
}

@Suite("The store of held pictures")
struct ImageStoreTests {
    /// A clock that stands until it is moved.
    private final class Clock: Sendable {
        private let time = Mutex(0.0)
        var now: Double { time.withLock { $0 } }
        func move(by seconds: Double) { time.withLock { $0 += seconds } }
    }

    private static let encoded = Result {
        let context = ExecutionContext(team: ThreadTeam(threads: 1))
        let picture = try Picture(TestService.scene(), context)
        return try TestService.segmenter().encode(picture, withShapes: false, context)
    }

    private func image(_ number: Int) throws -> HeldImage {
        let picture = try TestService.scene()
        let digits = String(number, radix: 16)
        let digest = String(repeating: "0", count: 64 - digits.count) + digits
        return HeldImage(
            reference: try #require(ImageReference(digest)), bytes: picture,
            header: try AskedPicture.bytes(picture).header(), orientation: .exif, facts: try Self.encoded.get().facts,
            features: ["a": try Self.encoded.get()])
    }

    @Test("the least recently used goes where there is no room, and looking is no use")
    func leastRecentlyUsed() throws {
        let clock = Clock()
        let images = try (1...4).map(image)
        let store = ImageStore(capacity: 3 * images[0].byteCount, lifetime: 600) { clock.now }
        for image in images[..<3] {
            #expect(try store.keep(image, for: nil).isNew)
            clock.move(by: 1)
        }
        #expect(store.use(images[0].reference, by: nil) != nil)
        #expect(store.look(at: images[1].reference, by: nil) != nil)
        clock.move(by: 1)
        #expect(try store.keep(images[3], for: nil).isNew)
        let left = images.map { store.look(at: $0.reference, by: nil) != nil }
        #expect(left == [true, false, true, true])
        #expect(store.load == (3 * images[0].byteCount, 3))
    }

    @Test("a picture ends after its lifetime without a use, at once and not earlier")
    func lifetime() throws {
        let clock = Clock()
        let image = try image(1)
        let store = ImageStore(capacity: 1 << 30, lifetime: 600) { clock.now }
        #expect(try store.keep(image, for: nil).isNew)
        clock.move(by: 599)
        #expect(store.look(at: image.reference, by: nil)?.remaining == 1)
        #expect(store.use(image.reference, by: nil) != nil)
        clock.move(by: 599)
        #expect(store.use(image.reference, by: nil) != nil)
        clock.move(by: 600)
        store.expire()
        #expect(store.load == (0, 0))
    }

    @Test("one client's picture is nobody else's, and its upload by another is another")
    func owners() throws {
        let store = ImageStore(capacity: 1 << 30, lifetime: 600) { 0 }
        let image = try image(1)
        #expect(try store.keep(image, for: "a").isNew)
        #expect(store.use(image.reference, by: "b") == nil && store.use(image.reference, by: nil) == nil)
        #expect(!store.forget(image.reference, by: "b"))
        #expect(try store.keep(image, for: "b").isNew)
        #expect(try !store.keep(image, for: "b").isNew)
        #expect(store.load == (2 * image.byteCount, 2))
        #expect(store.forget(image.reference, by: "b") && store.use(image.reference, by: "a") != nil)
    }

    @Test("what several models see is held together as far as the bound allows, and goes model by model")
    func models() throws {
        let image = try image(1)
        let encoded = try Self.encoded.get()
        let store = ImageStore(capacity: image.byteCount + encoded.byteCount, lifetime: 600) { 0 }
        store.add(encoded, of: "b", to: image, for: nil)
        #expect(store.load == (0, 0), "what is not held comes back through no model")
        #expect(try store.keep(image, for: nil).isNew)
        store.add(encoded, of: "b", to: image, for: nil)
        store.add(encoded, of: "b", to: image, for: nil)
        #expect(store.load == (image.byteCount + encoded.byteCount, 1))
        store.add(encoded, of: "c", to: image, for: nil)
        let held = try #require(store.use(image.reference, by: nil))
        #expect(held.features.keys.sorted() == ["a", "b"])
        store.forgetFeatures(of: "a")
        #expect(store.load == (image.byteCount, 1))
        #expect(store.use(image.reference, by: nil)?.features.keys.sorted() == ["b"])
    }
}
