import Encoders
public import HTTPTransport
import Segmentation

extension SegmentationService {
    /// Answers `GET /metrics` and nothing else, without asking for a token: for a listener of its own.
    public var metricsHandler: any RequestHandler { MetricsHandler(service: self) }

    /// All that is counted, as it is now.
    var metrics: MetricsPage {
        var page = MetricsPage()
        addIdentity(to: &page)
        addRequests(observation.metrics.counts, to: &page)
        addLoad(to: &page)
        page.add(transport.snapshot)
        if let usage = ProcessUsage.now() { page.add(usage) }
        return page
    }

    private func addIdentity(to page: inout MetricsPage) {
        page.add(
            "silhouette_build_info", .gauge, "What runs; always 1.", [([("version", configuration.version)], 1)])
        addModels(to: &page)
        page.add(
            "silhouette_ready", .gauge, "1 while requests are answered and no end is near.", phase == .ready ? 1 : 0)
    }

    private func addModels(to page: inout MetricsPage) {
        let models = models.models
        page.add(
            "silhouette_bundle_info", .gauge, "The bundles that requests may name; always 1.",
            models.map { model in
                let about = model.outline.configuration
                return ([("name", about.name), ("version", about.version), ("digest", "sha256:\(model.digest)")], 1)
            })
        page.add(
            "silhouette_model_loaded", .gauge, "1 where the model is loaded.",
            models.map { ([("model", $0.title)], $0.isReady ? 1 : 0) })
        page.add(
            "silhouette_model_weight_bytes", .gauge, "Memory of the model's weights once it is loaded.",
            models.map { ([("model", $0.title)], Double($0.sizes.weights)) })
        let counts = observation.metrics.counts
        page.add(
            "silhouette_model_loads_total", .counter, "Attempts to load a model.",
            [([("result", "ready")], Double(counts.loads)), ([("result", "failed")], Double(counts.failedLoads))])
    }

    private func addRequests(_ counts: Metrics.Counts, to page: inout MetricsPage) {
        let answers = counts.answers.map { answer, count in
            let labels = [
                ("endpoint", Self.label(answer.endpoint)), ("method", answer.method.rawValue),
                ("status", String(answer.status)),
            ]
            return (labels: labels, value: Double(count))
        }
        page.add(
            "silhouette_requests_total", .counter, "Requests answered.",
            answers.sorted { $0.labels.map(\.1).lexicographicallyPrecedes($1.labels.map(\.1)) })
        page.add(
            "silhouette_requests_cancelled_total", .counter, "Requests whose client left before the answer.",
            counts.cancelled)
        page.add(
            "silhouette_refusals_total", .counter, "Answers that are problems, by kind.",
            counts.refusals.sorted { $0.key < $1.key }.map { ([("reason", $0.key)], Double($0.value)) })
        page.add(
            "silhouette_request_duration_seconds", "From a request's head to its answer.",
            counts.durations.map { ([("endpoint", Self.label($0.key))], $0.value) }
                .sorted { $0.0[0].1 < $1.0[0].1 })
        page.add(
            "silhouette_stage_duration_seconds", "What jobs spent in each stage that they finished.",
            Set(counts.stages.keys.map(\.model)).sorted().flatMap { model in
                JobStage.allCases.compactMap { stage in
                    counts.stages[.init(model: model, stage: stage)].map {
                        ([("model", model), ("stage", stage.rawValue)], $0)
                    }
                }
            })
    }

    private static func label(_ endpoint: Endpoint?) -> String { endpoint?.rawValue ?? "other" }

    private func addLoad(to page: inout MetricsPage) {
        let load = queue.load
        page.add("silhouette_workers", .gauge, "Jobs that are computed at the same time.", configuration.workers)
        page.add("silhouette_jobs_running", .gauge, "Jobs that workers are at.", load.running)
        page.add("silhouette_queue_jobs", .gauge, "Jobs that wait for a worker.", load.waiting)
        page.add("silhouette_queue_jobs_limit", .gauge, "Jobs that may wait.", queue.bounds.jobs)
        page.add("silhouette_queue_cost", .gauge, "Pixels times classes of the jobs that wait.", load.waitingCost)
        page.add("silhouette_queue_cost_limit", .gauge, "Pixels times classes that may wait.", queue.bounds.cost)
        page.add("silhouette_held_body_bytes", .gauge, "Bytes of request bodies held.", budget.inUse)
        page.add("silhouette_held_body_bytes_limit", .gauge, "Bytes of bodies that may be held.", budget.limit)
        let (bytes, count) = images.load
        page.add("silhouette_held_images", .gauge, "Pictures held for later requests.", count)
        page.add("silhouette_held_image_bytes", .gauge, "Bytes of pictures held.", bytes)
        page.add("silhouette_held_image_bytes_limit", .gauge, "Bytes of pictures that may be held.", images.capacity)
        page.add(
            "silhouette_access_log_dropped_total", .counter, "Lines of the access log that nobody took in time.",
            observation.accessLog?.dropped ?? 0)
    }
}

extension MetricsPage {
    fileprivate mutating func add(_ transport: TransportCounters.Snapshot) {
        add("silhouette_connections_open", .gauge, "Connections that are open.", transport.openConnections)
        for (name, help, value) in [
            ("connections_accepted", "Connections accepted.", transport.acceptedConnections),
            ("connections_refused", "Connections closed unanswered, past a limit.", transport.refusedConnections),
            ("transport_requests", "Requests whose head came whole.", transport.requests),
            ("transport_faults", "Requests that the transport refused.", transport.faults),
            ("transport_cancelled", "Requests given up because the client left.", transport.cancelled),
            ("transport_timeouts", "Requests and connections that were too slow.", transport.timeouts),
            ("transport_floods", "HTTP/2 connections ended for a flood.", transport.floods),
            ("transport_read_bytes", "Bytes that came.", transport.bytesRead),
            ("transport_written_bytes", "Bytes that went.", transport.bytesWritten),
        ] { add("silhouette_\(name)_total", .counter, help, value) }
    }

    fileprivate mutating func add(_ usage: ProcessUsage) {
        add("process_resident_memory_bytes", .gauge, "Memory that is resident.", usage.residentBytes)
        add("process_open_fds", .gauge, "Descriptors that are open.", usage.openDescriptors)
        add("process_threads", .gauge, "Threads.", usage.threads)
        add("process_cpu_seconds_total", .counter, "Processor time, user and system.", usage.processorSeconds)
    }
}
