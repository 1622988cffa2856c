import HTTPTransport
import Imaging
import Segmentation
import Tensors

/// How a client wants its masks.
enum AnswerForm: Sendable, Equatable {
    case json
    /// An indexed PNG.
    case labelMap
    /// The picture with the masks drawn over it.
    case overlay

    static let offered = ["application/json", "image/png"]

    /// Chooses by `Accept` (RFC 9110 §12.5.1) and `?view=overlay`, which is a PNG.
    ///
    /// - Throws: ``Problem`` 406 with the alternatives; 422 for another view.
    init(accept: [String], view: String?) throws {
        if let view, view != "overlay" {
            throw Problem.invalid(
                "/view", "?view is \(JSONValue.quoted(view, upTo: 40)); the one view there is: overlay")
        }
        let ranges = try MediaRange.ranges(accept)
        let offered = view == nil ? Self.offered : ["image/png"]
        let rated = offered.map { ($0, MediaRange.quality(of: $0, ranges)) }
        guard let best = rated.max(by: { $0.1 < $1.1 }), best.1 > 0 else { throw Problem.notAcceptable(offered) }
        // Of equals the first is taken: JSON.
        let chosen = rated.first { $0.1 == best.1 }?.0
        self = view != nil ? .overlay : chosen == "image/png" ? .labelMap : .json
    }

    /// - Throws: ``Problem`` 406 where `Accept` does not cover JSON, for what has no other form.
    static func requireJSON(accept: [String]) throws {
        let ranges = try MediaRange.ranges(accept)
        guard MediaRange.quality(of: offered[0], ranges) > 0 else { throw Problem.notAcceptable([offered[0]]) }
    }

    /// The answer's type and bytes.
    func response(
        _ result: SegmentationResult, of picture: DrawnPicture, id: String, _ context: ExecutionContext
    ) throws -> Response {
        switch self {
        case .json: return .json(result.json(id: id))
        case .labelMap: return .png(try result.labelMap.png(classes: result.classes.map(\.name), context: context))
        case .overlay:
            let overlay = Overlay(classes: result.classes.map(\.name))
            return .png(try overlay.png(picture.image(context), result.labelMap, context: context))
        }
    }
}

/// One of the ranges that `Accept` lists.
private struct MediaRange {
    private let name: String
    private let quality: Double

    init(_ text: String) throws {
        guard let type = MediaType(text) else {
            throw Problem.malformed(
                "Accept holds what is no media range", hint: "send Accept as RFC 9110 §12.5.1 describes")
        }
        name = type.name
        quality = type.parameters["q"].map { Double($0) ?? 0 } ?? 1
    }

    /// The ranges of all `Accept` fields.
    static func ranges(_ accept: [String]) throws -> [MediaRange] {
        try accept.flatMap { MediaType.split($0, at: ",") }.filter { !$0.isEmpty }.map(MediaRange.init)
    }

    /// Of the most specific range that covers `type`; 1 without any range.
    static func quality(of type: String, _ ranges: [MediaRange]) -> Double {
        guard !ranges.isEmpty else { return 1 }
        let family = String(type.prefix { $0 != "/" }) + "/*"
        let covering = [type, family, "*/*"].lazy.compactMap { name in ranges.first { $0.name == name } }.first
        return covering?.quality ?? 0
    }
}

extension Response {
    /// With the field that tells caches what the answer depends on.
    var negotiated: Response {
        var response = self
        response.fields.set("vary", "accept")
        return response
    }

    fileprivate static func png(_ bytes: [UInt8]) -> Response {
        Response(status: 200, fields: ["content-type": "image/png"], body: bytes)
    }
}

extension StageTimings {
    /// As `Server-Timing` says it.
    var serverTiming: String {
        let stages = [
            ("queue", queue), ("decode", decode), ("text", text), ("encode", encode), ("spectral", spectral),
            ("fusion", fusion), ("total", total),
        ]
        return stages.map { "\($0.0);dur=\(($0.1 * 10).rounded() / 10)" }.joined(separator: ", ")
    }
}
