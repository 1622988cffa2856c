public import Glibc

/// A blocking socket to a server under test; nothing is waited for longer than its limit.
public final class BlockingSocket {
    public struct Failure: Error {
        public var what: String

        public init(what: String) { self.what = what }
    }

    public let descriptor: Int32

    /// - Parameters:
    ///   - length: of what `address` holds.
    ///   - seconds: that one receive may wait.
    ///   - receiveBuffer: bytes that the system keeps for this socket; its own choice when left out.
    public init(
        to address: sockaddr_storage, length: socklen_t, seconds: Int, receiveBuffer: Int32? = nil
    ) throws {
        descriptor = socket(Int32(address.ss_family), Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
        }
        // The descriptor is closed by deinit also when this throws.
        guard result == 0 else { throw Self.failure("connect") }
    }

    /// One to this port of the machine itself.
    public convenience init(port: Int, seconds: Int = 60) throws {
        var storage = sockaddr_storage()
        withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { name in
                name.pointee.sin_family = sa_family_t(AF_INET)
                name.pointee.sin_port = UInt16(port).bigEndian
                name.pointee.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            }
        }
        try self.init(to: storage, length: socklen_t(MemoryLayout<sockaddr_in>.size), seconds: seconds)
    }

    deinit { close(descriptor) }

    public func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Glibc.send(descriptor, raw.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Self.failure("send") }
            sent += count
        }
    }

    /// Sends what the socket takes without waiting; the number of bytes.
    public func sendWithoutWaiting(_ bytes: [UInt8]) -> Int {
        max(0, Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)))
    }

    /// What has come, or none at the connection's end.
    public func receive() throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw Self.failure("receive") }
        return Array(bytes.prefix(count))
    }

    public func closeSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Closes so that the server sees a reset.
    public func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        let null = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // Closes the connection but keeps the number, which deinit closes.
        dup2(null, descriptor)
        close(null)
    }

    private static func failure(_ call: String) -> Failure {
        Failure(what: "\(call): \(String(cString: strerror(errno)))")
    }
}
