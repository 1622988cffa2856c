@testable import SegmentationService

/// A media type comes back from its own writing; what is accepted does not depend on whether it stands in one field or in
/// several.
func fuzzAccept(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let type = MediaType(text) {
        let parameters = type.parameters.sorted { $0.key < $1.key }.map { name, value in
            let escaped = value.flatMap { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }
            return "; \(name)=\"\(String(escaped))\""
        }
        let back = MediaType(type.name + parameters.joined())
        demand(back == type, "\(type) comes back as \(String(describing: back))")
    }
    demand(form([text]) == form(MediaType.split(text, at: ",")), "in fields of their own the ranges count otherwise")
}

private func form(_ accept: [String]) -> AnswerForm? {
    do {
        return try AnswerForm(accept: accept, view: nil)
    } catch {
        demand(error is Problem, "\(error) is no problem that a client is told")
        return nil
    }
}
