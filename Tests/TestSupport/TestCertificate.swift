internal import CTLSClient

/// A folder with a certificate and its key, written anew when asked.
public final class TestCertificate {
    public let chain: String
    public let key: String
    private let folder: ScratchFolder

    public init(_ commonName: String) throws {
        folder = try ScratchFolder()
        (chain, key) = (folder.path("chain.pem"), folder.path("key.pem"))
        try write(commonName)
    }

    public func write(_ commonName: String) throws {
        guard tlsclient_write_certificate(commonName, chain, key) == 1 else {
            throw BlockingSocket.Failure(what: "no certificate could be written")
        }
    }
}
