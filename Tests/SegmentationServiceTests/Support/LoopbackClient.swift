import HTTPTransport
import Tensors
import TestSupport

/// A blocking socket to a service on loopback. What does not come within a minute fails the test.
final class LoopbackClient {
    private let socket: BlockingSocket
    private var buffered: [UInt8] = []

    init(_ address: ListenAddress) throws {
        guard case .internet(_, let port) = address else {
            throw BlockingSocket.Failure(what: "\(address) is no port")
        }
        socket = try BlockingSocket(port: port)
    }

    func send(_ bytes: [UInt8]) throws { try socket.send(bytes) }

    /// Closes so that the server sees a reset.
    func reset() { socket.reset() }

    /// - Parameter toHead: whether the answer has no body, whatever its length says.
    func receive(toHead: Bool = false) throws -> Answer {
        while true {
            if let answer = Answer(takenFrom: &buffered, toHead: toHead) { return answer }
            let bytes = try socket.receive()
            guard !bytes.isEmpty else { throw BlockingSocket.Failure(what: "the connection ended before the answer") }
            buffered += bytes
        }
    }
}

/// One answer as it came.
struct Answer {
    let status: Int
    let head: [String]
    let body: [UInt8]

    /// Takes an answer with Content-Length out of what has been received, once it is whole.
    init?(takenFrom buffered: inout [UInt8], toHead: Bool) {
        let mark = Array("\r\n\r\n".utf8)
        guard let end = buffered.indices.first(where: { buffered[$0...].starts(with: mark) }) else { return nil }
        head = String(decoding: buffered[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
        status = Int(head[0].split(separator: " ")[1]) ?? 0
        let length = toHead ? 0 : Self.field("content-length", head).flatMap { Int($0) } ?? 0
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
