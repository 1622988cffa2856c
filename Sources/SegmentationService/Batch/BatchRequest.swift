import Segmentation
import Tensors

/// Many pictures in one request, each with the shared classes and options or its own.
struct BatchRequest: Sendable {
    /// In request order; a picture whose part of the request is wrong fails alone.
    let items: [Result<SegmentRequest, any Error>]
    /// What all pictures are asked of that name no model themselves.
    let model: AskedModel?

    /// - Throws: ``Problem``, `SegmentationError` for what spoils all pictures.
    init(_ content: RequestContent, _ query: QueryParameters, _ limits: ServiceLimits) throws {
        try query.refuseOthers(than: ["model"])
        switch content {
        case .json(let bytes): (items, model) = try Self.items(.request(bytes), query, limits)
        case .form(let form):
            let classes = try SegmentRequest.classes(form.classes, limits.request)
            var options = try SegmentRequest.options(form.options, limits.request)
            options.model = try .only(options.model, form: form.model, query)
            try Self.check(form.images.count, limits)
            model = options.model
            items = form.images.map { .success(.init(image: .bytes($0), classes: classes, options: options)) }
        case .picture: preconditionFailure("a batch is no single picture")
        }
    }

    /// Where a picture stands in the request.
    static func place(_ index: Int) -> RequestPlace { RequestPlace("/images").appending(index) }

    /// Reads `{"images": [{"data" | "ref", "classes", "options"}, …], "classes": […], "options": {…}}`.
    private static func items(
        _ json: JSONValue, _ query: QueryParameters, _ limits: ServiceLimits
    ) throws -> ([Result<SegmentRequest, any Error>], AskedModel?) {
        let reader = RequestReader(value: json, place: RequestPlace(""))
        let members = try reader.members(["images", "classes", "options"], expected: "an object")
        let images = try members["images"]?.elements(expected: "an array of pictures") ?? []
        try check(images.count, limits)
        let classes = try members["classes"].map { try ClassQuery.parse($0.value, limits: limits.request) }
        var options = try members["options"].map { try RequestOptions($0.value, limits.request) } ?? RequestOptions()
        options.model = try .only(options.model, query)
        let items = images.map { [options] image in Result { try item(image, classes, options, limits.request) } }
        return (items, options.model)
    }

    private static func item(
        _ reader: RequestReader, _ classes: [ClassQuery]?, _ options: RequestOptions, _ limits: RequestLimits
    ) throws -> SegmentRequest {
        let expected = #"an object with "data" or "ref", and "classes" and "options" where they are its own"#
        let members = try reader.members(["data", "ref", "classes", "options"], expected: expected)
        let source = try SegmentRequest.Source(members, reader, expected: expected)
        let own = try members["classes"].map { try ClassQuery.parse($0.value, limits: limits, at: "\($0.place)") }
        guard let classes = own ?? classes else {
            throw Problem.invalid("\(reader.place)/classes", "neither the picture nor the request names classes")
        }
        var request = SegmentRequest(image: source, classes: classes, options: options)
        if let own = members["options"] {
            request.options = try RequestOptions(own.value, limits, at: "\(own.place)")
            request.options.model = request.options.model ?? options.model
        }
        return request
    }

    private static func check(_ count: Int, _ limits: ServiceLimits) throws {
        guard count >= 1 else { throw Problem.invalid("/images", "the batch has no picture; send at least one") }
        guard count <= limits.batch else {
            throw Problem.tooLarge(
                "the batch has \(count) pictures, \(limits.batch) are allowed", limit: limits.batch, actual: count)
        }
    }
}
