import Foundation
import Synchronization

/// A proxy on loopback that refuses the one request that it takes.
final class OneAnswerProxy: Sendable {
    let port: Int
    private let asked = Mutex("")
    private let listener: Int32

    var request: String { asked.withLock { $0 } }

    init() throws {
        struct Failure: Error {}
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 1) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw Failure() }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in answer() }
    }

    deinit { close(listener) }

    private func answer() {
        let connection = accept(listener, nil, nil)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(connection, &bytes, bytes.count, 0)
        asked.withLock { $0 = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) }
        let refusal = Array("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8)
        _ = send(connection, refusal, refusal.count, Int32(MSG_NOSIGNAL))
        close(connection)
    }
}
