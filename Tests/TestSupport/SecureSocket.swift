internal import CTLSClient

/// A TLS client over a connected socket, which it keeps open.
public final class SecureSocket {
    private let client: UnsafeMutableRawPointer
    private let owner: AnyObject

    /// - Parameters:
    ///   - owner: of the descriptor.
    ///   - protocols: as on the wire, a length before each name.
    ///   - newest: the newest version, such as 0x0303.
    public init(
        _ descriptor: Int32, of owner: AnyObject, protocols: String = "\u{8}http/1.1", newest: Int32 = 0x0304
    ) throws {
        guard let client = tlsclient_connect(descriptor, protocols, newest) else {
            throw BlockingSocket.Failure(what: "handshake")
        }
        self.client = client
        self.owner = owner
    }

    deinit { tlsclient_free(client) }

    public var chosenProtocol: String { name(tlsclient_protocol) }
    public var commonName: String { name(tlsclient_common_name) }

    private func name(_ read: (UnsafeMutableRawPointer, UnsafeMutablePointer<CChar>) -> UnsafePointer<CChar>?) -> String
    {
        var name = [CChar](repeating: 0, count: 256)
        return read(client, &name).map { String(cString: $0) } ?? ""
    }

    public func send(_ bytes: [UInt8]) throws {
        guard tlsclient_write(client, bytes, Int32(bytes.count)) == Int32(bytes.count) else {
            throw BlockingSocket.Failure(what: "send")
        }
    }

    /// What has come, or none at the connection's end.
    public func receive(upTo count: Int = 16 * 1024) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        let received = tlsclient_read(client, &buffer, Int32(count))
        return Array(buffer.prefix(max(0, Int(received))))
    }

    public func end() { tlsclient_end(client) }
}
