import Glibc
import Testing

@testable import HTTPTransport

/// A blocking socket to a server under test. What does not come within ten seconds fails the test.
final class TestClient {
    struct Failure: Error { var what: String }

    let descriptor: Int32
    private var buffered: [UInt8] = []
    private var start = 0

    init(_ address: ListenAddress, receiveBuffer: Int32? = nil) throws {
        var (storage, length) = try address.storage()
        descriptor = socket(Int32(storage.ss_family), Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        let result = withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
        }
        // The descriptor is closed by deinit also when this throws.
        guard result == 0 else {
            throw Failure(what: "connect: \(String(cString: strerror(errno)))")
        }
    }

    deinit { Glibc.close(descriptor) }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

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

    /// Sends what the socket takes without waiting; the number of bytes.
    func sendWithoutWaiting(_ bytes: [UInt8]) -> Int {
        max(0, Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)))
    }

    func closeSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Closes so that the server sees a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        let null = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // Closes the connection but keeps the number, which deinit closes.
        dup2(null, descriptor)
        Glibc.close(null)
    }

    /// More bytes, or none at the connection's end.
    private func more() throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw Failure(what: "receive: \(String(cString: strerror(errno)))") }
        return Array(bytes.prefix(count))
    }

    func receive(_ count: Int) throws -> [UInt8] {
        while buffered.count - start < count {
            let new = try more()
            guard !new.isEmpty else { throw Failure(what: "the connection ended before \(count) bytes") }
            buffered.removeFirst(start)
            start = 0
            buffered += new
        }
        defer { start += count }
        return Array(buffered[start..<start + count])
    }

    /// Everything until the server closes.
    func receiveAll() throws -> String {
        while true {
            let new = try more()
            guard !new.isEmpty else { break }
            buffered += new
        }
        defer { (buffered, start) = ([], 0) }
        return String(decoding: buffered[start...], as: UTF8.self)
    }

    /// Bytes up to and with an empty line.
    func receiveHead() throws -> String {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) { head += try receive(1) }
        return String(decoding: head, as: UTF8.self)
    }

    /// One answer, its body framed as the head says.
    func receiveResponse(toHead: Bool = false) throws -> ReceivedResponse {
        let head = try receiveHead()
        var response = ReceivedResponse(head: head)
        guard !toHead, response.status >= 200 else { return response }
        if let length = response.field("content-length").flatMap({ Int($0) }) {
            response.body = String(decoding: try receive(length), as: UTF8.self)
        } else if response.field("transfer-encoding") == "chunked" {
            response.body = String(decoding: try receiveChunks(), as: UTF8.self)
        } else if response.field("connection") == "close" {
            response.body = try receiveAll()
        }
        return response
    }

    private func receiveChunks() throws -> [UInt8] {
        var body: [UInt8] = []
        while true {
            var line: [UInt8] = []
            while !line.suffix(2).elementsEqual("\r\n".utf8) { line += try receive(1) }
            let size = try #require(Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16))
            body += try receive(size)
            #expect(try receive(2) == Array("\r\n".utf8))
            if size == 0 { return body }
        }
    }
}

struct ReceivedResponse {
    var head: String
    var body = ""

    var status: Int { Int(head.split(separator: " ", maxSplits: 2)[1]) ?? 0 }

    func field(_ name: String) -> String? {
        head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name + ": ") }.map {
            String($0.dropFirst(name.count + 2))
        }
    }
}
