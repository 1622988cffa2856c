import Glibc

/// Why a server did not start, or was not reached. Each description is one line.
public enum TransportError: Error, Equatable {
    case systemCall(String, Int32)
    case cannotListen(address: String, reason: String)
    case badAddress(String)
    case badCertificate(path: String, reason: String)
    case noAnswer(address: String, reason: String)
}

extension TransportError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .systemCall(let name, let code):
            "\(name) failed: \(Self.reason(code)); look at the limits of this process"
        case .cannotListen(let address, let reason):
            "cannot listen on \(address): \(reason); choose another address or stop what uses it"
        case .badAddress(let text):
            "'\(text)' is no address; give one like 127.0.0.1:8080, [::1]:8080 or unix:/run/name.sock"
        case .badCertificate(let path, let reason):
            "\(path): \(reason); give a PEM file of the certificate chain and one of its unencrypted key"
        case .noAnswer(let address, let reason):
            "\(address) does not answer: \(reason); look whether it runs and listens there"
        }
    }

    static func reason(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}
