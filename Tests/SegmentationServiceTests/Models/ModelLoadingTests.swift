import Dispatch
import Foundation
import HTTPTransport
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import SegmentationService

@Suite("Loading models")
struct ModelLoadingTests {
    private static var second: JSONValue { ["fusion": "none", "model": "second"] }

    private func states(_ service: TestService) throws -> [String?] {
        try service.ask("/v1/models").json()["models"]?.array?.map { $0["state"]?.string } ?? []
    }

    @Test("one that is not warm is loaded once, however many ask for it, and others go on meanwhile")
    func lazily() throws {
        let bundles = try StarterVariants()
        let (first, second) = (try bundles.write("first"), try bundles.write("second", mean: 0.2))
        let loads = Mutex(0)
        let (begun, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let source = TestService.source(second) {
            loads.withLock { $0 += 1 }
            begun.signal()
            release.wait()
        }
        let service = try TestService([TestService.source(first), source]) {
            $0.warm = .first
            $0.workers = 2
        }
        #expect(try states(service) == ["ready", "unloaded"])
        // Who has asked first may leave: the load goes on.
        let hurried: JSONValue = ["model": "second", "timeout_ms": 20]
        #expect(try service.segment(TestService.question(["blue star"], hurried)).status == 504)
        let body = Array(try TestService.question(["blue star"], Self.second).compact.utf8)
        let clients = try (0..<5).map { _ in try service.client() }
        for client in clients {
            try client.send(TestService.message("/v1/segment", "POST", ["Content-Type: application/json"], body))
        }
        begun.wait()
        #expect(eventually { service.service.queue.load.waiting == clients.count })
        #expect(try states(service) == ["ready", "loading"])
        #expect(try service.segment(TestService.question(["blue star"], TestService.quick)).status == 200)
        #expect(service.service.queue.load.waiting == clients.count)
        release.signal()
        for client in clients {
            let answer = try client.receive()
            let text = answer.text.prefix(300)
            #expect(try answer.status == 200 && answer.json()["model"]?["name"] == "second", "\(text)")
        }
        #expect(try states(service) == ["ready", "ready"])
        #expect(loads.withLock { $0 } == 1)
    }

    @Test("a dry run loads nothing")
    func dryRun() throws {
        let bundles = try StarterVariants()
        let sources = [try bundles.write("first"), try bundles.write("second")].map { TestService.source($0) }
        let service = try TestService(sources) { $0.warm = .first }
        let answer = try service.segment(TestService.question(["a"], ["model": "second", "dry_run": true]))
        #expect(try answer.status == 200 && states(service) == ["ready", "unloaded"])
    }

    @Test("one that cannot be loaded is 503 with Retry-After, logged once, and tried again after that")
    func failing() throws {
        let bundles = try StarterVariants()
        let (first, second) = (try bundles.write("first"), try bundles.write("second"))
        try bundles.damage("second")
        let time = Mutex(0.0)
        let log = Mutex([String]())
        let loads = Mutex(0)
        try withExtendedLifetime(bundles) {
            let service = try TestService([
                TestService.source(first), TestService.source(second) { loads.withLock { $0 += 1 } },
            ]) { configuration in
                configuration.warm = .first
                configuration.clock = { time.withLock { $0 } }
                configuration.log = { line in log.withLock { $0.append(line) } }
            }
            let question = try TestService.question(["blue star"], Self.second)
            for _ in 0..<3 {
                let answer = try service.segment(question)
                #expect(answer.status == 503 && answer["retry-after"] == "60", "\(answer.text)")
                let problem = try answer.json()
                #expect(problem["type"] == "/problems/model-unavailable" && problem["retryable"] == true)
                #expect(problem["detail"] == "the model second@1 could not be loaded")
            }
            let lines = log.withLock { $0 }
            #expect(lines.count == 1 && lines[0].contains("\(second)/visual.safetensors: SHA-256 is"), "\(lines)")
            #expect(try loads.withLock { $0 } == 1 && states(service) == ["ready", "failed"])
            let upload = try service.ask(
                "/v1/images?model=second", "POST", ["Content-Type: image/png"], TestService.scene())
            #expect(upload.status == 503)
            #expect(try service.segment(TestService.question(["blue star"], TestService.quick)).status == 200)
            time.withLock { $0 = 59.5 }
            #expect(try service.segment(question)["retry-after"] == "1")
            try bundles.repair("second")
            time.withLock { $0 = 60 }
            #expect(try service.segment(question).status == 200)
            #expect(loads.withLock { $0 } == 2)
            let page = try MetricsText(service.ask("/metrics").text)
            #expect(page["silhouette_model_loads_total{result=\"failed\"}"] == 1)
            #expect(page["silhouette_model_loads_total{result=\"ready\"}"] == 2)
        }
    }

    @Test("a bundle that changed between its outline and its load answers nothing")
    func changed() throws {
        let bundles = try StarterVariants()
        let sources = [try bundles.write("first"), try bundles.write("second")].map { TestService.source($0) }
        let service = try TestService(sources) { $0.warm = .first }
        try bundles.write("second", version: "2")
        #expect(try service.segment(TestService.question(["blue star"], Self.second)).status == 503)
    }

    @Test("the memory that /v1/limits tells covers every model, loaded or not, and one being loaded beside them")
    func memory() throws {
        let bundles = try StarterVariants()
        let sources = [try bundles.write("first"), try bundles.write("second")].map { TestService.source($0) }
        func memory(_ sources: [ModelSource]) throws -> Int {
            let service = try TestService(sources) { $0.warm = .first }
            return try #require(service.ask("/v1/limits").json()["memory_bytes"]?.integer)
        }
        let weights = try Model(sources[0]).sizes.weights
        // The peak that both stand on never falls.
        #expect(try memory([sources[0]]) + weights <= memory(sources))

        let configuration = ServiceConfiguration()
        let (small, large) = (ModelSizes(parameters: 100, .bf16), ModelSizes(parameters: 1000, .fp32))
        #expect(small.weights == 200 && small.mapped == 400 && large.weights == 4000 && large.mapped == 4000)
        let loaded = MemoryFigure(ready: 1_000_000, loaded: [small])
        let (one, both) = (loaded.bound([small], configuration), loaded.bound([small, large], configuration))
        #expect(both - one == large.weights + MemoryFigure.prompts + (8000 - 600))
        let all = MemoryFigure(ready: 1_000_000 + large.weights, loaded: [small, large])
        #expect(all.bound([small, large], configuration) == both, "what is loaded is not counted twice")
    }
}
