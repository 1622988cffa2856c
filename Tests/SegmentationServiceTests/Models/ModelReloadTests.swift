import Dispatch
import Foundation
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import SegmentationService

@Suite("Reloading models", .timeLimit(.minutes(20)))
struct ModelReloadTests {
    private func reload(_ service: TestService, _ index: Int = 0) throws {
        try service.service.modelReloads[index].run()
    }

    /// What may be compared between answers of one model.
    private func content(_ answer: Answer) throws -> JSONValue {
        let json = try answer.json()
        return ["classes": json["classes"] ?? [], "segments": json["segments"] ?? [], "model": json["model"] ?? [:]]
    }

    @Test("under continuous load every request is answered, whole by the old bundle or whole by the new")
    func underLoad() throws {
        let bundles = try StarterVariants()
        let path = try bundles.write("first")
        let service = try TestService([TestService.source(path)]) { configuration in
            configuration.workers = 2
        }
        let question = try TestService.question(["blue star", "zebra"], TestService.quick)
        let old = try content(service.segment(question))
        let answers = Mutex([JSONValue]())
        let isOver = Atomic(false)
        let clients = DispatchGroup()
        for _ in 0..<3 {
            clients.enter()
            Thread.detachNewThread {
                defer { clients.leave() }
                while !isOver.load(ordering: .relaxed) {
                    let found = Result { try content(service.segment(question)) }
                    answers.withLock { $0.append((try? found.get()) ?? .string("\(found)")) }
                }
            }
        }
        while answers.withLock({ $0.count }) < 5 { sched_yield() }
        try bundles.write("first", version: "2", mean: 0.2)
        try reload(service)
        let before = answers.withLock { $0.count }
        while answers.withLock({ $0.count }) < before + 8 { sched_yield() }
        isOver.store(true, ordering: .relaxed)
        clients.wait()
        let new = try content(service.segment(question))
        #expect(new != old && new["model"]?["version"] == "2")
        let found = answers.withLock { $0 }
        #expect(found.allSatisfy { $0 == old || $0 == new })
        #expect(found.contains(old) && found.contains(new))
    }

    @Test("what was accepted before ends with the old one, whose memory then goes")
    func memory() throws {
        let bundles = try StarterVariants()
        let path = try bundles.write("first")
        let service = try TestService([TestService.source(path)])
        weak let old = service.service.models.first
        let release = try service.occupyWorker()
        let waiting = try service.client()
        let body = Array(try TestService.question(["blue star"], TestService.quick).compact.utf8)
        try waiting.send(TestService.message("/v1/segment", "POST", ["Content-Type: application/json"], body))
        #expect(eventually { service.service.queue.load.waiting == 1 })
        try bundles.write("first", version: "2")
        try reload(service)
        #expect(old != nil)
        release()
        #expect(try waiting.receive().json()["model"]?["version"] == "1")
        #expect(eventually { old == nil })
        let answer = try service.segment(TestService.question(["blue star"], TestService.quick))
        #expect(try answer.json()["model"]?["version"] == "2")
    }

    @Test("one that does not serve, or would be as another, leaves the old one in its place")
    func failing() throws {
        let bundles = try StarterVariants()
        let paths = [try bundles.write("first"), try bundles.write("second")]
        let service = try TestService(paths.map { TestService.source($0) })
        let before = try service.ask("/v1/models").json()
        try bundles.write("first", version: "2")
        try bundles.damage("first")
        #expect(throws: (any Error).self) { try reload(service) }
        #expect(try service.ask("/v1/models").json() == before)
        try bundles.repair("first")
        let json = URL(fileURLWithPath: "\(paths[1])/bundle.json")
        try FileManager.default.removeItem(at: URL(fileURLWithPath: "\(paths[0])/bundle.json"))
        try FileManager.default.copyItem(at: json, to: URL(fileURLWithPath: "\(paths[0])/bundle.json"))
        #expect(
            throws: ModelFailure.same(title: "second@1", first: paths[1], second: paths[0])
        ) { try reload(service) }
        try FileManager.default.removeItem(at: json)
        #expect(throws: (any Error).self) { try reload(service, 1) }
        #expect(try service.ask("/v1/models").json() == before)
        #expect(try service.segment(TestService.question(["blue star"], TestService.quick)).status == 200)
    }

    @Test("one that was not loaded is read again without loading it, and one that failed is tried at once")
    func unloaded() throws {
        let bundles = try StarterVariants()
        let (first, second) = (try bundles.write("first"), try bundles.write("second"))
        let loads = Mutex(0)
        let service = try TestService([
            TestService.source(first), TestService.source(second) { loads.withLock { $0 += 1 } },
        ]) { $0.warm = .first }
        try bundles.write("second", version: "2")
        try reload(service, 1)
        #expect(loads.withLock { $0 } == 0)
        try bundles.damage("second")
        let question = try TestService.question(["blue star"], ["fusion": "none", "model": "second@2"])
        #expect(try service.segment(question).status == 503)
        try bundles.repair("second")
        #expect(try service.segment(question).status == 503)
        try reload(service, 1)
        #expect(try service.segment(question).status == 200 && loads.withLock { $0 } == 2)
    }
}
