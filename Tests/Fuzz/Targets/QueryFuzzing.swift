@testable import SegmentationService

/// A query holds what its parts between ampersands hold, in their order; and any text comes back from its encoding.
func fuzzQuery(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    let parts = text.split(separator: "&")
    let names = ["classes", "model", "options", "view", ""]
    if let query = try? QueryParameters(text) {
        for name in names {
            let values = parts.flatMap { (try? QueryParameters(String($0)))?.values(of: name) ?? [] }
            demand(query.values(of: name).map { Array($0.utf8) } == values.map { Array($0.utf8) })
        }
    } else {
        demand(parts.contains { (try? QueryParameters(String($0))) == nil }, "refused, but no part of it is")
    }
    let encoded = text.utf8.map { byte in
        let digits = String(byte, radix: 16)
        return "%" + (digits.count == 1 ? "0" : "") + digits
    }
    let back = (try? QueryParameters("classes=" + encoded.joined()))?.values(of: "classes")
    demand(back?.map { Array($0.utf8) } == [Array(text.utf8)], "the text came back otherwise")
}
