import Foundation
import Testing

@testable import HTTPTransport

@Suite("HTTP/1.1 answers as bytes")
struct ResponseTests {
    private func framing(
        _ status: Int, _ length: Int?, method: String = "GET", version: Request.Version = .http11,
        keepsAlive: Bool = true
    ) -> ResponseFraming {
        ResponseFraming(status: status, length: length, method: method, version: version, keepsAlive: keepsAlive)
    }

    private func text(_ status: Int, _ fields: Fields, _ framing: ResponseFraming, _ version: Request.Version = .http11)
        -> String
    {
        var bytes: [UInt8] = []
        ResponseEncoder.appendHead(
            status: status, fields: fields, framing: framing, version: version, date: "now", to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("a length is told, and the fields that follow from framing are the transport's own")
    func fixed() {
        let fields: Fields = [
            "X-Y": "z", "Content-Length": "7", "connection": "upgrade", "Date": "x", "transfer-encoding": "y",
        ]
        #expect(
            text(200, fields, framing(200, 12))
                == "HTTP/1.1 200 OK\r\ndate: now\r\nx-y: z\r\ncontent-length: 12\r\n\r\n")
        #expect(text(200, [:], framing(200, 0)).contains("\r\ncontent-length: 0\r\n"))
        #expect(text(418, [:], framing(418, 1007)).hasPrefix("HTTP/1.1 418 Client Error\r\n"))
        #expect(text(418, [:], framing(418, 1007)).contains("content-length: 1007\r\n"))
    }

    @Test("a body without a known length comes in chunks, to HTTP/1.0 until the connection closes")
    func unknownLength() {
        #expect(text(200, [:], framing(200, nil)).contains("transfer-encoding: chunked\r\n"))
        let old = framing(200, nil, version: .http10)
        #expect(old.closes && old.length == .untold)
        #expect(text(200, [:], old, .http10) == "HTTP/1.1 200 OK\r\ndate: now\r\nconnection: close\r\n\r\n")
    }

    @Test("HEAD, 204 and 304 have no body, and HEAD tells the length that GET would")
    func bodiless() {
        #expect(framing(200, 9, method: "HEAD") == framing(200, 9, method: "HEAD"))
        #expect(framing(200, 9, method: "HEAD").length == .fixed(9))
        #expect(!framing(200, 9, method: "HEAD").sendsBody)
        #expect(!framing(200, nil, method: "HEAD", version: .http10).closes)
        for status in [204, 304] {
            #expect(framing(status, 0).length == .untold)
            #expect(!framing(status, 0).sendsBody)
        }
    }

    @Test("a connection that ends says close, one to HTTP/1.0 that stays says keep-alive")
    func connection() {
        #expect(text(200, [:], framing(200, 0, keepsAlive: false)).contains("connection: close\r\n"))
        #expect(text(200, [:], framing(200, 0, version: .http10), .http10).contains("connection: keep-alive\r\n"))
        #expect(!text(200, [:], framing(200, 0)).contains("connection"))
    }

    @Test("chunks tell their size in hexadecimal and an empty piece tells nothing")
    func chunks() {
        var bytes: [UInt8] = []
        ResponseEncoder.appendChunk(Array("hello, hello, hello".utf8), to: &bytes)
        ResponseEncoder.appendChunk([], to: &bytes)
        ResponseEncoder.appendLastChunk(to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "13\r\nhello, hello, hello\r\n0\r\n\r\n")
    }

    @Test("no field value can forge a line")
    func forgery() {
        let fields: Fields = ["x": "a\r\nset-cookie: b\0"]
        #expect(fields["X"] == "a  set-cookie: b ")
        #expect(text(200, fields, framing(200, 0)).components(separatedBy: "\r\n").count == 6)
    }

    @Test(
        "every fault answers with problem+json that is one line and quotes its limit", arguments: Malformation.allCases)
    func problems(malformation: Malformation) {
        let faults: [TransportFault] = [
            .malformed(malformation), .bodyTooLarge(limit: 5, actual: 6), .tooSlow(seconds: 10), .unanswered,
            .targetTooLong(limit: 1), .fieldsTooLarge(limit: 2), .tooManyFields(limit: 3), .unsupportedMethod,
        ]
        for fault in faults {
            let response = Response(problem: fault)
            let body = String(decoding: response.body, as: UTF8.self)
            #expect(response.fields["Content-Type"] == "application/problem+json")
            #expect(response.status == fault.status)
            #expect(body.contains("\"status\":\(fault.status)"))
            if let limit = fault.limit { #expect(body.contains("\"limit\":\(limit)")) }
            #expect(!body.contains("\n") && !fault.description.contains("\""))
        }
    }
}
