import Segmentation
import Tensors

extension SegmentRequest {
    /// - Throws: ``Problem`` for what is not JSON or not base64; `SegmentationError` with the pointer of the first fault.
    init(_ content: RequestContent, _ query: QueryParameters, _ limits: RequestLimits) throws {
        switch content {
        case .json(let bytes):
            try query.refuseOthers(than: ["model", "view"])
            try self.init(json: .request(bytes), limits)
            options.model = try .only(options.model, query)
        case .form(let form):
            try query.refuseOthers(than: ["model", "view"])
            self.init(
                image: .bytes(try form.onlyImage), classes: try Self.classes(form.classes, limits),
                options: try Self.options(form.options, limits))
            options.model = try .only(options.model, form: form.model, query)
        case .picture(let bytes):
            try query.refuseOthers(than: ["classes", "model", "options", "view"])
            self.init(
                image: .bytes(bytes), classes: try Self.classes(query.values(of: "classes"), limits),
                options: try Self.options(query.single("options"), limits))
            options.model = try .only(options.model, query)
        }
    }

    /// Reads `{"image": {"data": base64}, "classes": […], "options": {…}}`.
    private init(json: JSONValue, _ limits: RequestLimits) throws {
        let reader = RequestReader(value: json, place: RequestPlace(""))
        let members = try reader.members(["image", "classes", "options"], expected: "an object")
        guard let image = members["image"] else {
            throw SegmentationError.invalidValue(
                pointer: "/image", found: "nothing", expected: #"{"data": base64} or {"ref": "sha256:…"}"#)
        }
        guard let classes = members["classes"] else { throw SegmentationError.noClasses }
        self.init(
            image: try Source(image), classes: try ClassQuery.parse(classes.value, limits: limits),
            options: try members["options"].map { try RequestOptions($0.value, limits) } ?? RequestOptions())
    }

    /// - Parameter texts: one name each, never split on commas; or one JSON array.
    static func classes(_ texts: [String], _ limits: RequestLimits) throws -> [ClassQuery] {
        if texts.count == 1, texts[0].first(where: { !$0.isWhitespace }) == "[" {
            return try ClassQuery.parse(.request(Array(texts[0].utf8), at: "/classes"), limits: limits)
        }
        let classes = texts.map { ClassQuery($0) }
        try ClassQuery.validate(classes, limits: limits)
        return classes
    }

    static func options(_ text: String?, _ limits: RequestLimits) throws -> RequestOptions {
        try text.map { try RequestOptions(.request(Array($0.utf8), at: "/options"), limits) } ?? RequestOptions()
    }
}

extension RequestContent.FormContent {
    /// - Throws: ``Problem`` 422 for no picture or several.
    var onlyImage: [UInt8] {
        get throws {
            guard images.count <= 1 else { throw Problem.invalid("/image", "the form has several pictures; send one") }
            guard let image = images.first else {
                throw SegmentationError.invalidValue(
                    pointer: "/image", found: "no part image", expected: "one picture")
            }
            return image
        }
    }
}
