import Glibc
import HTTPTransport
import Tensors

/// A blocking socket to a service on loopback. What does not come within a minute fails the test.
final class LoopbackClient {
    struct Failure: Error { var what: String }

    private let descriptor: Int32
    private var buffered: [UInt8] = []

    init(_ address: ListenAddress) throws {
        guard case .internet(_, let port) = address else { throw Failure(what: "\(address) is no port") }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = UInt16(port).bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(what: "connect: \(String(cString: strerror(errno)))") }
    }

    deinit { Glibc.close(descriptor) }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { raw in
                Glibc.send(descriptor, raw.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(what: "send: \(String(cString: strerror(errno)))") }
            sent += count
        }
    }

    /// Closes so that the server sees a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        let null = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // Closes the connection but keeps the number, which deinit closes.
        dup2(null, descriptor)
        Glibc.close(null)
    }

    func receive() throws -> Answer {
        while true {
            if let answer = Answer(takenFrom: &buffered) { return answer }
            var bytes = [UInt8](repeating: 0, count: 64 * 1024)
            let count = recv(descriptor, &bytes, bytes.count, 0)
            guard count > 0 else { throw Failure(what: "the connection ended before the answer") }
            buffered += bytes.prefix(count)
        }
    }
}

/// One answer as it came.
struct Answer {
    let status: Int
    let head: [String]
    let body: [UInt8]

    /// Takes an answer with Content-Length out of what has been received, once it is whole.
    init?(takenFrom buffered: inout [UInt8]) {
        let mark = Array("\r\n\r\n".utf8)
        guard let end = buffered.indices.first(where: { buffered[$0...].starts(with: mark) }) else { return nil }
        head = String(decoding: buffered[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
        status = Int(head[0].split(separator: " ")[1]) ?? 0
        let length = Self.field("content-length", head).flatMap { Int($0) } ?? 0
        guard buffered.count >= end + 4 + length else { return nil }
        body = Array(buffered[end + 4..<end + 4 + length])
        buffered.removeFirst(end + 4 + length)
    }

    subscript(field: String) -> String? { Self.field(field, head) }

    private static func field(_ name: String, _ head: [String]) -> String? {
        head.first { $0.lowercased().hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    func json() throws -> JSONValue { try JSONValue(parsing: body) }
}
