import CNghttp2
import TestSupport
import Testing

@testable import HTTPTransport

/// One frame (RFC 9113 §4.1), its header block decoded where it has one.
struct Frame: Equatable, CustomTestStringConvertible {
    enum Kind: UInt8 {
        case data, headers, priority, reset, settings, pushPromise, ping, goaway, windowUpdate, continuation
        case unknown = 0xAB
    }

    var kind: Kind
    var flags: UInt8 = 0
    var stream: Int32 = 0
    var payload: [UInt8] = []
    var fields: [String: String] = [:]

    var testDescription: String { "\(kind) on \(stream), \(payload.count) bytes" }

    static let endStream: UInt8 = 1
    static let padded: UInt8 = 8
    static let ack: UInt8 = 1
    static let endHeaders: UInt8 = 4

    var bytes: [UInt8] {
        let count = payload.count
        return [UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255), kind.rawValue, flags]
            + Self.word(UInt32(stream)) + payload
    }

    /// The error of RST_STREAM or GOAWAY.
    var errorCode: UInt32 { Self.word(payload, kind == .goaway ? 4 : 0) }
    var isLast: Bool { (kind == .data || kind == .headers) && flags & Self.endStream != 0 }

    static func word(_ value: UInt32) -> [UInt8] { [24, 16, 8, 0].map { UInt8(value >> $0 & 255) } }

    static func word(_ bytes: [UInt8], _ start: Int) -> UInt32 {
        bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    static func settings(_ pairs: [(UInt16, UInt32)] = []) -> Frame {
        Frame(kind: .settings, payload: pairs.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] + word($1) })
    }

    static func reset(_ stream: Int32) -> Frame { Frame(kind: .reset, stream: stream, payload: word(8)) }

    static func windowUpdate(_ stream: Int32, _ increment: UInt32) -> Frame {
        Frame(kind: .windowUpdate, stream: stream, payload: word(increment))
    }

    /// HPACK without compression: each field a literal that is not indexed (RFC 7541 §6.2.2).
    static func block(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { [0] + string($0) + string($1) }
    }

    private static func string(_ text: String) -> [UInt8] {
        var count = text.utf8.count
        guard count >= 127 else { return [UInt8(count)] + text.utf8 }
        var bytes: [UInt8] = [127]
        count -= 127
        while count >= 128 {
            bytes.append(UInt8(count & 127 | 128))
            count >>= 7
        }
        return bytes + [UInt8(count)] + text.utf8
    }

    static func request(
        _ stream: Int32, _ method: String = "GET", _ path: String = "/", isLast: Bool = true,
        _ fields: [(String, String)] = []
    ) -> Frame {
        let pseudo = [(":method", method), (":scheme", "http"), (":path", path), (":authority", "h")]
        return Frame(
            kind: .headers, flags: endHeaders | (isLast ? endStream : 0), stream: stream,
            payload: block(pseudo + fields))
    }

    static func data(_ stream: Int32, _ bytes: [UInt8], isLast: Bool = false) -> Frame {
        Frame(kind: .data, flags: isLast ? endStream : 0, stream: stream, payload: bytes)
    }
}

/// The client's side of an HTTP/2 connection, frame by frame.
final class HTTP2Client {
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    let socket: TestClient
    private let receiveBytes: (Int) throws -> [UInt8]
    private let sendBytes: ([UInt8]) throws -> Void
    private var inflater: OpaquePointer?
    /// Bytes sent so far.
    private(set) var sent = 0

    init(_ server: TestServer, settings: [(UInt16, UInt32)] = []) throws {
        let socket = try server.client()
        self.socket = socket
        receiveBytes = { try socket.receive($0) }
        sendBytes = { try socket.send($0) }
        nghttp2_hd_inflate_new(&inflater)
        try send(Self.preface + Frame.settings(settings).bytes)
        try acknowledgeSettings()
    }

    /// The server's settings hold once they are acknowledged (RFC 9113 §6.5.3).
    private func acknowledgeSettings() throws {
        _ = try receive(.settings)
        try send(Frame(kind: .settings, flags: Frame.ack))
    }

    init(_ client: SecureClient) throws {
        socket = client.socket
        receiveBytes = { try client.receive($0) }
        sendBytes = { client.send($0) }
        nghttp2_hd_inflate_new(&inflater)
        try send(Self.preface + Frame.settings().bytes)
        try acknowledgeSettings()
    }

    /// Sends `bytes`, the preface included, in random pieces.
    init(replaying bytes: [UInt8], on socket: TestClient, inPiecesOf longest: Int, seed: UInt64) throws {
        self.socket = socket
        receiveBytes = { try socket.receive($0) }
        sendBytes = { try socket.send($0) }
        nghttp2_hd_inflate_new(&inflater)
        var random = SplitMix64(seed: seed)
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 1...longest, using: &random))
            try send(Array(bytes[start..<end]))
            start = end
        }
    }

    deinit { nghttp2_hd_inflate_del(inflater) }

    func send(_ frames: Frame...) throws { try send(frames) }

    func send(_ frames: [Frame]) throws { try send(frames.flatMap(\.bytes)) }

    private func send(_ bytes: [UInt8]) throws {
        sent += bytes.count
        try sendBytes(bytes)
    }

    /// The next frame of one of `kinds`; others are passed over.
    func receive(_ kinds: Frame.Kind...) throws -> Frame {
        while true {
            let header = try receiveBytes(9)
            let count = Int(header[0]) << 16 | Int(header[1]) << 8 | Int(header[2])
            var frame = Frame(
                kind: try #require(Frame.Kind(rawValue: header[3])), flags: header[4],
                stream: Int32(bitPattern: Frame.word(header, 5)), payload: try receiveBytes(count))
            // Every block goes through the inflater, whose table depends on it.
            if frame.kind == .headers { frame.fields = try inflate(frame.payload) }
            if kinds.contains(frame.kind) { return frame }
        }
    }

    /// Answers by stream: fields and body of each.
    func receiveAnswers(_ count: Int) throws -> [Int32: (fields: [String: String], body: [UInt8])] {
        var answers: [Int32: (fields: [String: String], body: [UInt8])] = [:]
        var left = count
        while left > 0 {
            let frame = try receive(.headers, .data)
            if frame.kind == .headers { answers[frame.stream] = (frame.fields, []) }
            if frame.kind == .data { answers[frame.stream]?.body += frame.payload }
            if frame.isLast { left -= 1 }
        }
        return answers
    }

    func receiveAnswer() throws -> (status: String?, body: String) {
        let answer = try #require(try receiveAnswers(1).values.first)
        return (answer.fields[":status"], String(decoding: answer.body, as: UTF8.self))
    }

    private func inflate(_ block: [UInt8]) throws -> [String: String] {
        var fields: [String: String] = [:]
        var bytes = block[...]
        while true {
            var field = nghttp2_nv()
            var flags: Int32 = 0
            let read = Array(bytes).withUnsafeBufferPointer {
                nghttp2_hd_inflate_hd2(inflater, &field, &flags, $0.baseAddress, $0.count, 1)
            }
            try #require(read >= 0)
            bytes = bytes.dropFirst(read)
            if flags & Int32(NGHTTP2_HD_INFLATE_EMIT.rawValue) != 0 {
                let name = UnsafeBufferPointer(start: field.name, count: field.namelen)
                let value = UnsafeBufferPointer(start: field.value, count: field.valuelen)
                fields[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
            }
            if flags & Int32(NGHTTP2_HD_INFLATE_FINAL.rawValue) != 0 { break }
        }
        nghttp2_hd_inflate_end_headers(inflater)
        return fields
    }
}
