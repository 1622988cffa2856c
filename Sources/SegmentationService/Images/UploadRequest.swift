import Segmentation
import Tensors

/// A picture that the service is to hold.
struct UploadRequest: Sendable {
    let image: [UInt8]
    let orientation: SegmentationOptions.OrientationPolicy
    /// Milliseconds; nil for the service's.
    let timeout: Int?
    /// Whose view of it is held; nil for the first.
    let model: AskedModel?

    /// - Throws: ``Problem``, `SegmentationError`.
    init(_ content: RequestContent, _ query: QueryParameters) throws {
        switch content {
        case .form(let form):
            try query.refuseOthers(than: ["model"])
            guard form.classes.isEmpty else {
                throw Problem.invalid("/classes", "a picture is held without classes; name them when you ask about it")
            }
            try self.init(form.onlyImage, options: form.options, model: form.model, query)
        case .picture(let bytes):
            try query.refuseOthers(than: ["model", "options"])
            try self.init(bytes, options: query.single("options"), model: nil, query)
        case .json: preconditionFailure("an upload is no JSON")
        }
    }

    private init(_ image: [UInt8], options text: String?, model: String?, _ query: QueryParameters) throws {
        self.image = image
        let json = try text.map { try JSONValue.request(Array($0.utf8), at: "/options") } ?? [:]
        let reader = RequestReader(value: json, place: RequestPlace("/options"))
        let members = try reader.members(["model", "orientation", "timeout_ms"], expected: "an object")
        orientation = try members["orientation"]?.word(SegmentationOptions.OrientationPolicy.self) ?? .exif
        timeout = try members["timeout_ms"].map { try RequestOptions.timeout($0.value, reader.place) }
        self.model = try .only(members["model"].map(AskedModel.init), form: model, query)
    }
}
