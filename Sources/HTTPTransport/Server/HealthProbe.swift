import CEpoll
import Glibc

/// Asks a server how it is, as container engines and service managers do from outside.
public enum HealthProbe {
    /// The status of the answer to `GET path`.
    ///
    /// - Parameter seconds: that each step may take.
    /// - Throws: ``TransportError/noAnswer(address:reason:)``.
    public static func status(
        of path: String, at address: ListenAddress, within seconds: Int
    ) throws(TransportError) -> Int {
        let socket = try Socket.connected(to: address, within: seconds)
        defer { socket.close() }
        let request = Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
        let sent = request.withUnsafeBytes { socket.write($0) }
        guard case .bytes(request.count) = sent else { throw address.noAnswer(errno) }
        return try status(socket, address)
    }

    private static func status(_ socket: Socket, _ address: ListenAddress) throws(TransportError) -> Int {
        var head: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1024)
        let length = "HTTP/1.1 200".utf8.count
        while head.count < length {
            guard case .bytes(let count) = buffer.withUnsafeMutableBytes({ socket.read(into: $0) }) else {
                throw address.noAnswer(errno)
            }
            head += buffer[..<count]
        }
        let line = String(decoding: head[..<length], as: UTF8.self)
        guard line.hasPrefix("HTTP/1.1 "), let status = Int(line.suffix(3)) else {
            throw .noAnswer(address: "\(address)", reason: "what answers there is no HTTP server")
        }
        return status
    }
}

extension Socket {
    /// A blocking socket, each of whose calls may take so many seconds.
    fileprivate static func connected(
        to address: ListenAddress, within seconds: Int
    ) throws(TransportError) -> Socket {
        var storage = try address.storage()
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Socket(descriptor: Glibc.socket(Int32(storage.0.ss_family), type, 0))
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(socket.descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        let result = withUnsafePointer(to: &storage.0) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket.descriptor, $0, storage.1) }
        }
        guard result == 0 else {
            let code = errno
            socket.close()
            throw address.noAnswer(code)
        }
        return socket
    }
}

extension ListenAddress {
    fileprivate func noAnswer(_ code: Int32) -> TransportError {
        .noAnswer(address: description, reason: code == 0 ? "closed without an answer" : TransportError.reason(code))
    }
}
