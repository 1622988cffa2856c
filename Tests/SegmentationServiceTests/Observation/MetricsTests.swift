import HTTPTransport
import Tensors
import Testing

@testable import SegmentationService

@Suite("Metrics")
struct MetricsTests {
    private func page(_ service: TestService) throws -> MetricsText {
        let answer = try service.ask("/metrics")
        #expect(answer.status == 200 && answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        return try MetricsText(answer.text)
    }

    @Test("answers are counted by endpoint, method and status, what is not there as other")
    func answers() throws {
        let service = try TestService.unready()
        for _ in 0..<3 { _ = try service.ask("/livez") }
        _ = try service.ask("/livez", "HEAD")
        _ = try service.ask("/readyz")
        _ = try service.ask("/nothing-of-that-name")
        _ = try service.ask("/livez", "POST")
        _ = try service.ask("/livez", "BREW")
        _ = try service.ask("/livez", "OPTIONS")
        let page = try page(service)
        for (labels, count) in [
            (#"endpoint="live",method="GET",status="200""#, 3), (#"endpoint="live",method="HEAD",status="200""#, 1),
            (#"endpoint="ready",method="GET",status="503""#, 1), (#"endpoint="other",method="GET",status="404""#, 1),
            (#"endpoint="other",method="POST",status="405""#, 1), (#"endpoint="other",method="other",status="405""#, 1),
            (#"endpoint="other",method="OPTIONS",status="204""#, 1),
        ] as [(String, Double)] { #expect(page["silhouette_requests_total{\(labels)}"] == count, "\(labels)") }
        for (reason, count) in [("starting", 1), ("not-found", 1), ("method-not-allowed", 2)] as [(String, Double)] {
            #expect(page["silhouette_refusals_total{reason=\"\(reason)\"}"] == count)
        }
        #expect(page["silhouette_request_duration_seconds_count{endpoint=\"live\"}"] == 4)
        #expect(!page.samples.keys.contains { $0.contains("nothing-of-that-name") || $0.contains("BREW") })
    }

    @Test("a job's stages are timed, its durations fill buckets that add up, and no class name is a label")
    func jobs() throws {
        let service = try TestService()
        let name = "unmistakable name"
        #expect(try service.segment(TestService.question([.string(name)])).status == 200)
        // The last stage ends after the answer.
        #expect(eventually { service.service.observation.metrics.counts.stages.count == JobStage.allCases.count })
        let answer = try service.ask("/metrics")
        #expect(!answer.text.contains("unmistakable"))
        let page = try MetricsText(answer.text)
        for stage in JobStage.allCases {
            let labels = "model=\"silhouette-starter@1\",stage=\"\(stage)\""
            #expect(page["silhouette_stage_duration_seconds_count{\(labels)}"] == 1, "\(stage)")
        }
        let buckets = page.buckets("silhouette_request_duration_seconds", #"endpoint="segment""#)
        #expect(buckets.map(\.bound) == Histogram.bounds + [.infinity])
        #expect(zip(buckets, buckets.dropFirst()).allSatisfy { $0.count <= $1.count } && buckets.last?.count == 1)
        let total = try #require(page["silhouette_request_duration_seconds_sum{endpoint=\"segment\"}"])
        let stages = JobStage.allCases.compactMap {
            page["silhouette_stage_duration_seconds_sum{model=\"silhouette-starter@1\",stage=\"\($0)\"}"]
        }
        #expect(stages.dropLast().reduce(0, +) <= total)
        let first = try #require(buckets.first { $0.count == 1 })
        #expect(total <= first.bound)
        #expect(page["silhouette_ready"] == 1 && page["silhouette_workers"] == 1)
        #expect(page.samples.keys.contains { $0.hasPrefix("silhouette_bundle_info{name=\"silhouette-starter\"") })
        #expect(page["silhouette_model_loaded{model=\"silhouette-starter@1\"}"] == 1)
        #expect(page["silhouette_model_loads_total{result=\"ready\"}"] == 1)
    }

    @Test("what waits, what is computed and what is held shows, and a client that leaves is counted")
    func load() throws {
        let service = try TestService()
        let release = try service.occupyWorker()
        let body = try Array(TestService.question(["a", "b"]).compact.utf8)
        let waiting = try service.client()
        try waiting.send(TestService.message("/v1/segment", "POST", ["Content-Type: application/json"], body))
        #expect(eventually { service.service.queue.load.waiting == 1 })
        var page = try page(service)
        #expect(page["silhouette_jobs_running"] == 1 && page["silhouette_queue_jobs"] == 1)
        #expect(page["silhouette_queue_cost"] == Double(640 * 480 * 2))
        #expect(page["silhouette_held_body_bytes"] == Double(body.count))
        #expect(page["silhouette_requests_cancelled_total"] == 0)
        waiting.reset()
        #expect(eventually { service.service.queue.load.waiting == 0 })
        release()
        #expect(eventually { service.service.observation.metrics.counts.cancelled == 1 })
        page = try self.page(service)
        #expect(page["silhouette_requests_cancelled_total"] == 1 && page["silhouette_queue_cost"] == 0)
        #expect(!page.samples.keys.contains { $0.hasPrefix("silhouette_requests_total{endpoint=\"segment\"") })
    }

    @Test("what the transport refuses is counted once, with its endpoint where the head tells it")
    func faults() throws {
        let service = try TestService(configure: { $0.limits.transport.bodyBytes = 100 })
        _ = try service.ask("/v1/segment", "POST", ["Content-Type: image/png"], [UInt8](repeating: 0, count: 101))
        let client = try service.client()
        try client.send(Array("no http\r\n\r\n".utf8))
        #expect(try client.receive().status == 400)
        let chunked = try service.client()
        let head =
            "POST /v1/images HTTP/1.1\r\nHost: h\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n"
        try chunked.send(Array("\(head)1\r\naxy".utf8))
        #expect(try chunked.receive().status == 400)
        let page = try page(service)
        #expect(page["silhouette_requests_total{endpoint=\"segment\",method=\"POST\",status=\"413\"}"] == 1)
        #expect(page["silhouette_requests_total{endpoint=\"other\",method=\"other\",status=\"400\"}"] == 1)
        #expect(page["silhouette_requests_total{endpoint=\"uploadImage\",method=\"POST\",status=\"400\"}"] == 1)
        #expect(page["silhouette_refusals_total{reason=\"http\"}"] == 3)
        #expect(page["silhouette_transport_faults_total"] == 3 && page["silhouette_requests_cancelled_total"] == 0)
    }

    @Test("connections, bytes and the process show")
    func process() throws {
        let service = try TestService.unready()
        let idle = try service.client()
        try idle.send(TestService.message("/livez", "GET", [], []))
        _ = try idle.receive()
        let page = try page(service)
        #expect(page["silhouette_connections_open"] == 2 && page["silhouette_connections_accepted_total"] == 2)
        #expect(try #require(page["silhouette_transport_read_bytes_total"]) > 50)
        #expect(try #require(page["process_resident_memory_bytes"]) > 1e6)
        #expect(try #require(page["process_threads"]) >= 1)
        #expect(try #require(page["process_open_fds"]) >= 5)
        #expect(try #require(page["process_cpu_seconds_total"]) > 0)
        #expect(page["silhouette_ready"] == 0 && page["silhouette_build_info{version=\"0\"}"] == 1)
    }

    @Test("proc(5)'s fields are read whatever the program is called")
    func procStat() throws {
        let rest = (3...52).map { $0 == 3 ? "S" : "\($0)" }.joined(separator: " ")
        for name in ["silhouette", "a b", "a) S 1 (b"] {
            let usage = try #require(ProcessUsage(stat: "7 (\(name)) \(rest)\n", openDescriptors: 5))
            #expect(usage.threads == 20 && usage.processorSeconds == 0.29 && usage.residentBytes == 24 * 4096)
        }
        #expect(ProcessUsage(stat: "7 (silhouette) S 1", openDescriptors: 5) == nil)
        #expect(ProcessUsage(stat: "", openDescriptors: 5) == nil)
    }

    @Test("labels and help are escaped as the format asks")
    func escapes() {
        var page = MetricsPage()
        page.add("a_b", .gauge, "one\\two\nthree", [([("x", "q\"u\\o\nte"), ("y", "")], 1.5), ([], -2)])
        #expect(
            page.text
                == "# HELP a_b one\\\\two\\nthree\n# TYPE a_b gauge\na_b{x=\"q\\\"u\\\\o\\nte\",y=\"\"} 1.5\na_b -2\n")
    }

    @Test("a listener of its own has metrics and nothing else, without a token")
    func ownListener() throws {
        let files = try TokenFiles()
        let service = try TestService.unready { $0.tokens = try? files.tokens() }
        let server = try HTTPServer(
            service.service.serverConfiguration([.internet(host: "127.0.0.1", port: 0)]),
            handler: service.service.metricsHandler)
        defer { server.stop() }
        func ask(_ target: String, _ method: String = "GET") throws -> Answer {
            let client = try LoopbackClient(server.addresses[0])
            try client.send(TestService.message(target, method, ["X-Forwarded-For: 192.0.2.1"], []))
            return try client.receive()
        }
        #expect(try ask("/metrics").status == 200)
        #expect(try MetricsText(ask("/metrics").text)["silhouette_ready"] == 0)
        #expect(try ask("/livez").status == 404 && ask("/v1/limits").status == 404)
        #expect(try ask("/metrics", "POST")["allow"] == "GET, HEAD, OPTIONS")
    }
}
