import Segmentation
import Tensors

/// What a request says about how it is answered.
struct RequestOptions: Sendable {
    var segmentation = SegmentationOptions()
    /// Nil for the first.
    var model: AskedModel?
    /// Milliseconds; nil for the service's.
    var timeout: Int?
    /// Only the picture's header is read, nothing is computed.
    var isDryRun = false

    private static let own = ["model", "timeout_ms", "dry_run"]

    /// Takes the options that are the service's own out and gives the rest to the segmenter's reader.
    init(_ json: JSONValue, _ limits: RequestLimits, at pointer: String = "/options") throws {
        let reader = RequestReader(value: json, place: RequestPlace(pointer))
        guard let members = json.members else { throw reader.fail(expected: "an object") }
        if let value = json["model"] {
            model = try AskedModel(RequestReader(value: value, place: reader.place.appending("model")))
        }
        if let value = json["timeout_ms"] { timeout = try Self.timeout(value, reader.place) }
        if let value = json["dry_run"] {
            isDryRun = try RequestReader(value: value, place: reader.place.appending("dry_run")).truth()
        }
        segmentation = try .parse(
            .object(members.filter { !Self.own.contains($0.name) }), limits: limits, at: pointer)
    }

    init() {}

    /// Reads `timeout_ms` of the options at `place`.
    static func timeout(_ value: JSONValue, _ place: RequestPlace) throws -> Int {
        try RequestReader(value: value, place: place.appending("timeout_ms"))
            .wholeNumber(in: 1...Int.max, expected: "a whole number of milliseconds, at least 1")
    }
}
