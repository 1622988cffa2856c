import Foundation
import HTTPTransport
import SegmentationService
import Tensors

/// What `serve` runs with.
struct ServeSettings: Sendable {
    /// Nil for 127.0.0.1:8080, unless there are secure addresses.
    var addresses: [ListenAddress]?
    var secureAddresses: [ListenAddress] = []
    var certificate: String?
    var key: String?
    var metricsAddresses: [ListenAddress] = []
    var tokenFile: String?
    var isInsecure = false
    var allowedOrigins: [String] = []
    /// Requests a second; nil for any number.
    var rate: Double?
    var burst = 20
    /// As texts of `AddressRange`, as are `unlimitedNetworks`.
    var trustedProxies: [String] = []
    var unlimitedNetworks = ["127.0.0.0/8", "::1"]
    var hasAccessLog = false
    /// Folders, or names of pulled ones; none for the embedded one.
    var bundles: [String] = []
    /// Nil for all cores that the workers leave each other.
    var threads: Int?
    var engine = EngineKind.oneDNN
    var precision = PrecisionChoice.auto
    var service = ServiceConfiguration()
    /// Seconds, as is `grace`.
    var drainDelay = 5.0
    var grace = 30.0
    /// Each setting with its value and where that came from, for the operator to see; no secret is among them.
    private(set) var lines: [String] = []

    init() {}

    var limits: ServiceLimits {
        get { service.limits }
        set { service.limits = newValue }
    }

    /// The transport's part of the limits.
    var wire: TransportLimits {
        get { limits.transport }
        set { limits.transport = newValue }
    }

    /// - Throws: ``SettingFailure`` that names the setting and where it was given.
    init(_ sources: SettingSources, cores: Int = ProcessInfo.processInfo.activeProcessorCount) throws {
        let origins = try Setting.all.map { try sources.take($0, into: &self) }
        try settle(cores: cores)
        lines = zip(Setting.all, origins).map { setting, origin in "\(setting.name) \(setting.show(self)) (\(origin))" }
        lines += sources.unknownVariables.map { "\($0) is no setting and is not used" }
    }

    func makeEngine() throws -> Engine { try Engine(engine, precision: precision.resolved(for: engine)) }
}
