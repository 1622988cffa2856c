import TestSupport
import Testing

@testable import HTTPTransport

/// A blocking socket to a server under test. What does not come within ten seconds fails the test.
final class TestClient {
    private let socket: BlockingSocket
    private var buffered: [UInt8] = []
    private var start = 0

    init(_ address: ListenAddress, receiveBuffer: Int32? = nil) throws {
        let (storage, length) = try address.storage()
        socket = try BlockingSocket(to: storage, length: length, seconds: 10, receiveBuffer: receiveBuffer)
    }

    var descriptor: Int32 { socket.descriptor }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws { try socket.send(bytes) }

    func sendWithoutWaiting(_ bytes: [UInt8]) -> Int { socket.sendWithoutWaiting(bytes) }

    func closeSending() { socket.closeSending() }

    func reset() { socket.reset() }

    func receive(_ count: Int) throws -> [UInt8] {
        while buffered.count - start < count {
            let new = try socket.receive()
            guard !new.isEmpty else { throw BlockingSocket.Failure(what: "the connection ended before \(count) bytes") }
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
            let new = try socket.receive()
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
