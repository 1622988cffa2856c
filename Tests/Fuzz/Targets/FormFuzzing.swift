import Imaging
import Segmentation
@testable import HTTPTransport
@testable import SegmentationService

/// Whatever is sent as a request is read, or refused with something that a client is told: never with a 500.
///
/// The first line is the query and Content-Type with a blank between them, the rest the body.
func fuzzForm(_ bytes: [UInt8]) {
    let line = bytes.prefix { $0 != 0x0A }
    let words = line.split(separator: 0x20, maxSplits: 1, omittingEmptySubsequences: false)
    let body = Array(bytes.dropFirst(line.count + 1))
    guard words.count == 2 else { return }
    let (query, type) = (String(decoding: words[0], as: UTF8.self), String(decoding: words[1], as: UTF8.self))
    var fields = Fields()
    fields.append("content-type", type)
    let request = Request(
        method: "POST", path: "/v1/segment", query: query, authority: "", version: .http11, fields: fields)
    let whole = Outcome(request, [body[...]])
    for longest in [1, 7, 1000] {
        let pieces = stride(from: 0, to: body.count, by: longest).map { start in
            body[start..<min(body.count, start + longest)]
        }
        let cut = Outcome(request, pieces)
        demand(cut == whole, "in pieces of \(longest) bytes: \(cut), whole: \(whole)")
    }
}

private enum Outcome: Equatable {
    /// A picture that is held by the service has no pixels here.
    case understood([ClassQuery], SegmentationOptions, timeout: Int?, pixels: Int)
    case refused(status: Int, detail: String)

    init(_ request: Request, _ pieces: [ArraySlice<UInt8>]) {
        do {
            var form = try RequestForm(request, RequestForm.Kind.allCases)
            for piece in pieces { try form.take(Array(piece)) }
            let asked = try SegmentRequest(form.finish(), QueryParameters(request.query), RequestLimits())
            var pixels = 0
            if case .bytes(let bytes) = asked.image {
                let header = try AskedPicture.bytes(bytes).header()
                pixels = header.width * header.height
            }
            self = .understood(
                asked.classes, asked.options.segmentation, timeout: asked.options.timeout, pixels: pixels)
        } catch {
            guard let problem = Problem.telling(error) else { violated("\(error) would be a 500") }
            demand((400...499).contains(problem.status), "\(problem.status) for \(error)")
            demand(
                !problem.detail.contains("\n") && problem.detail.utf8.count < 2000,
                "the detail is long: \(problem.detail)")
            self = .refused(status: problem.status, detail: problem.detail)
        }
    }
}
