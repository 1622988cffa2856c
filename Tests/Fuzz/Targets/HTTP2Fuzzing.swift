@testable import HTTPTransport

/// A request that HTTP/1.1 accepts is the same request when HTTP/2 brings its parts.
func fuzzHTTP2(_ bytes: [UInt8]) {
    let limits = RequestLimits(target: 200, fieldBytes: 1000, fields: 20, body: 100)
    guard let first = HTTP1Transcript([bytes[...]], limits).messages.first?.head.request else { return }
    var expected = first
    for name in ["host", "connection", "content-length", "expect", "transfer-encoding"] { expected.fields.remove(name) }
    expected.version = .http2
    var head = HTTP2Head()
    let target = first.path + (first.query.map { "?" + $0 } ?? "")
    let pairs = [(":method", first.method), (":path", target), (":authority", first.authority)]
    for (name, value) in pairs + expected.fields.pairs.map({ ($0.name, $0.value) }) {
        Array(name.utf8).withUnsafeBufferPointer { name in
            Array(value.utf8).withUnsafeBufferPointer { value in head.add(name, value, limits) }
        }
    }
    do throws(TransportFault) {
        let request = try head.finish(hasBody: false)
        demand(request == expected, "\(request) is not \(expected)")
    } catch {
        violated("HTTP/2 refuses \(expected): \(error)")
    }
}
