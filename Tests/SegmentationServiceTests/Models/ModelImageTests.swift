import Tensors
import TestSupport
import Testing

@testable import SegmentationService

@Suite("Held pictures and several models")
struct ModelImageTests {
    private static let raw = ["Content-Type: image/png"]

    private func service(
        _ bundles: StarterVariants, configure: (inout ServiceConfiguration) -> Void = { _ in }
    ) throws -> TestService {
        let paths = [try bundles.write("first"), try bundles.write("second", mean: 0.2)]
        return try TestService(paths.map { TestService.source($0) }, configure: configure)
    }

    private func content(_ answer: Answer) throws -> JSONValue {
        #expect(answer.status == 200, "\(answer.text.prefix(300))")
        let json = try answer.json()
        return ["classes": json["classes"] ?? [], "segments": json["segments"] ?? [], "model": json["model"] ?? [:]]
    }

    private func ask(_ service: TestService, _ reference: JSONValue, _ model: String) throws -> Answer {
        try service.segment([
            "image": ["ref": reference], "classes": ["blue star", "zebra"], "options": ["model": .string(model)],
        ])
    }

    @Test("each model answers from what it has seen itself, and what a second one sees is held beside")
    func neverMixed() throws {
        let bundles = try StarterVariants()
        let service = try service(bundles)
        let digests = try service.ask("/v1/models").json()["models"]?.array?.compactMap { $0["digest"]?.string }
        let (first, second) = (try #require(digests?.first), try #require(digests?.last))
        let created = try service.ask("/v1/images", "POST", Self.raw, TestService.scene())
        let place = try #require(created["location"])
        let reference = try #require(created.json()["ref"])
        #expect(try created.json()["models"] == [.string(first)])
        for model in ["second", "first", "second"] {
            let held = try content(ask(service, reference, model))
            let direct = try service.segment(
                TestService.question(["blue star", "zebra"], ["model": .string(model)]))
            #expect(try held == content(direct))
        }
        #expect(try content(ask(service, reference, "first")) != content(ask(service, reference, "second")))
        let described = try service.ask(place).json()
        #expect(described["models"]?.array?.compactMap(\.string) == [first, second].sorted())
        #expect(try #require(described["held_bytes"]?.integer) > #require(created.json()["held_bytes"]?.integer))
        let timings = try #require(ask(service, reference, "second").json()["timings_ms"])
        #expect(timings["encode"] == 0 && timings["decode"] == 0)
        #expect(try service.ask(place, "DELETE").status == 204)
        #expect(service.service.images.load == (0, 0))
    }

    @Test("an upload for a further model adds to the picture that is held, and answers 200")
    func upload() throws {
        let bundles = try StarterVariants()
        let service = try service(bundles)
        #expect(try service.ask("/v1/images?model=second", "POST", Self.raw, TestService.scene()).status == 201)
        #expect(try service.ask("/v1/images?model=second", "POST", Self.raw, TestService.scene()).status == 200)
        let added = try service.ask("/v1/images", "POST", Self.raw, TestService.scene())
        #expect(try added.status == 200 && added.json()["models"]?.array?.count == 2)
    }

    @Test("where there is no room for what a second one sees, it answers all the same and the bound is kept")
    func bounded() throws {
        let bundles = try StarterVariants()
        let unbounded = try service(bundles)
        let created = try unbounded.ask("/v1/images", "POST", Self.raw, TestService.scene())
        let bytes = try #require(created.json()["held_bytes"]?.integer)
        let service = try service(bundles) { $0.limits.heldImages = bytes }
        let reference = try #require(service.ask("/v1/images", "POST", Self.raw, TestService.scene()).json()["ref"])
        let direct = try service.segment(TestService.question(["blue star", "zebra"], ["model": "second"]))
        #expect(try content(ask(service, reference, "second")) == content(direct))
        #expect(service.service.images.load == (bytes, 1))
    }

    @Test("what a bundle has seen goes with its reload: the new one sees for itself")
    func reload() throws {
        let bundles = try StarterVariants()
        let service = try service(bundles)
        let created = try service.ask("/v1/images", "POST", Self.raw, TestService.scene())
        let reference = try #require(created.json()["ref"])
        let old = try content(ask(service, reference, "first"))
        try bundles.write("first", version: "2", mean: 0.3)
        try service.service.modelReloads[0].run()
        #expect(try service.ask(#require(created["location"])).json()["models"] == [])
        let direct = try service.segment(TestService.question(["blue star", "zebra"]))
        let new = try content(ask(service, reference, "first"))
        #expect(try new == content(direct) && new != old)
    }
}
