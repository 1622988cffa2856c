import HTTPTransport
import Segmentation
import SegmentationService

extension Setting {
    /// Every setting of `serve`, in the order in which they are printed.
    static var all: [Setting] { listening + clients + computing + requests + connections + life }

    private static var listening: [Setting] {
        [
            Setting("bind", \.listening.bind, \.addresses, .addresses),
            Setting("tls-bind", \.listening.tlsBind, \.secureAddresses, .addresses),
            Setting("tls-certificate", \.listening.tlsCertificate, \.certificate, .text),
            Setting("tls-key", \.listening.tlsKey, \.key, .text),
            Setting("metrics-bind", \.listening.metricsBind, \.metricsAddresses, .addresses),
        ]
    }

    private static var clients: [Setting] {
        [
            Setting("token-file", \.clients.tokenFile, \.tokenFile, .text),
            Setting("insecure", \.clients.insecure, \.isInsecure, .switched),
            Setting("allow-origin", \.clients.allowOrigin, \.allowedOrigins, .origins),
            Setting("rate", \.clients.rate, \.rate, .decimal(0.001...1e6)),
            Setting("burst", \.clients.burst, \.burst, .whole(1...1_000_000)),
            Setting("trusted-proxy", \.clients.trustedProxy, \.trustedProxies, .networks),
            Setting("unlimited-networks", \.clients.unlimitedNetworks, \.unlimitedNetworks, .networks),
            Setting("access-log", \.clients.accessLog, \.hasAccessLog, .switched),
        ]
    }

    private static var computing: [Setting] {
        [
            Setting("bundle", \.computing.bundle, \.bundles, .bundles),
            Setting("warm", \.computing.warm, \.service.warm, .word),
            Setting("workers", \.computing.workers, \.service.workers, .whole(1...256)),
            Setting("threads", \.computing.threads, \.threads, .whole(1...256)),
            Setting("engine", \.computing.engine, \.engine, .word),
            Setting("precision", \.computing.precision, \.precision, .word),
            Setting("queue", \.computing.queue, \.limits.queue, .whole(1...10_000)),
            Setting("deadline", \.computing.deadline, \.limits.deadline, .whole(1...3_600_000)),
        ]
    }

    private static var requests: [Setting] {
        [
            Setting("body", \.requests.body, \.wire.bodyBytes, .whole(1...1 << 30)),
            Setting("classes", \.requests.classes, \.limits.request.classes, .whole(1...4096)),
            Setting("text-bytes", \.requests.textBytes, \.limits.request.textBytes, .whole(1...65_536)),
            Setting("prompts", \.requests.prompts, \.limits.request.prompts, .whole(1...1024)),
            Setting("batch", \.requests.batch, \.limits.batch, .whole(1...1024)),
            Setting("held-bodies", \.requests.heldBodies, \.limits.heldBodies, .whole(1...1 << 40)),
            Setting("held-images", \.requests.heldImages, \.limits.heldImages, .whole(1...1 << 40)),
            Setting("image-lifetime", \.requests.imageLifetime, \.limits.imageLifetime, .whole(1...86_400)),
        ]
    }

    private static var connections: [Setting] {
        [
            Setting("connections", \.connections.connections, \.wire.connections, .whole(1...1_000_000)),
            Setting(
                "connections-per-address", \.connections.connectionsPerAddress, \.wire.connectionsPerAddress,
                .whole(1...1_000_000)),
            Setting("streams", \.connections.streams, \.wire.streams, .whole(1...10_000)),
            Setting("target-bytes", \.connections.targetBytes, \.wire.targetBytes, .whole(64...1 << 20)),
            Setting("header-bytes", \.connections.headerBytes, \.wire.headerBytes, .whole(256...1 << 20)),
            Setting("header-fields", \.connections.headerFields, \.wire.headerFields, .whole(8...10_000)),
            Setting("header-time", \.connections.headerTime, \.wire.headerTime, .whole(1...3600)),
            Setting("idle", \.connections.idle, \.wire.idleTime, .whole(1...86_400)),
            Setting("minimum-rate", \.connections.minimumRate, \.wire.minimumRate, .whole(0...1 << 30)),
            Setting("unsent", \.connections.unsent, \.wire.unsentBytes, .whole(1...1 << 40)),
            Setting("rate-time", \.connections.rateTime, \.wire.rateTime, .whole(1...3600)),
        ]
    }

    private static var life: [Setting] {
        [
            Setting("drain-delay", \.life.drainDelay, \.drainDelay, .whole(0...3600)),
            Setting("grace", \.life.grace, \.grace, .whole(0...3600)),
        ]
    }
}
