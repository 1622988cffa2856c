import HTTPTransport
import Imaging
import Segmentation
import SegmentationService

extension ServeSettings {
    /// Fills in what follows from other settings, and refuses those that do not go together.
    mutating func settle(cores: Int) throws {
        addresses = addresses ?? (secureAddresses.isEmpty ? [.internet(host: "127.0.0.1", port: 8080)] : [])
        service.threads = threads ?? max(1, cores / service.workers)
        threads = service.threads
        limits.queueCost = ImageLimits.default.pixels * limits.request.classes
        try checkCores(cores)
        try checkAddresses()
    }

    private func checkCores(_ cores: Int) throws {
        let used = service.workers * service.threads
        guard used <= cores else {
            throw SettingFailure.conflict(
                "--workers × --threads is \(used), more than the \(cores) cores; lower one")
        }
    }

    private func checkAddresses() throws {
        let all = (addresses ?? []) + secureAddresses
        guard !all.isEmpty else {
            throw SettingFailure.conflict("--bind and --tls-bind name no address; name one")
        }
        let isTLSWhole = !secureAddresses.isEmpty && certificate != nil && key != nil
        let isTLSOff = secureAddresses.isEmpty && certificate == nil && key == nil
        guard isTLSWhole || isTLSOff else {
            throw SettingFailure.conflict("--tls-bind, --tls-certificate and --tls-key go together; give all three")
        }
        if let open = all.first(where: { !$0.isPrivate }), tokenFile == nil, !isInsecure {
            throw SettingFailure.conflict(
                "others can reach \(open) and there are no tokens; name a --token-file, or add --insecure to allow that"
            )
        }
    }
}

extension ListenAddress {
    /// Whether only this machine reaches it.
    fileprivate var isPrivate: Bool {
        switch self {
        case .internet(let host, _): host == "::1" || host.hasPrefix("127.")
        case .unix: true
        }
    }
}
