import Encoders
public import Tensors

extension SegmentationOptions {
    private static let fields = [
        "background", "presence_threshold", "min_area", "fusion", "components", "include", "rle", "orientation",
    ]

    /// Reads the `options` of a request; fields left out keep their defaults.
    ///
    /// - Parameters:
    ///   - json: the object.
    ///   - pointer: where it stands in the request, as a JSON pointer.
    /// - Throws: ``SegmentationError`` for an unknown field or a wrong value.
    public static func parse(
        _ json: JSONValue, limits: RequestLimits = RequestLimits(), at pointer: String = "/options"
    ) throws -> SegmentationOptions {
        let reader = RequestReader(value: json, place: RequestPlace(pointer))
        let members = try reader.members(fields, expected: "an object")
        var options = SegmentationOptions()
        if let field = members["background"] { options.background = try Background(reading: field, limits) }
        options.presenceThreshold = try members["presence_threshold"]?
            .number(in: 0...1, expected: "a number from 0 to 1")
        if let field = members["min_area"] {
            options.minArea = try field.wholeNumber(in: 1...Int.max, expected: "a whole number of pixels, at least 1")
        }
        options.fusion = try members["fusion"]?.word(FusionRule.self)
        if let field = members["components"] { options.components = try field.truth() }
        if let field = members["include"] {
            options.include = Set(try field.elements(expected: "an array of details").map { try $0.word(Detail.self) })
        }
        if let field = members["rle"] { options.rle = try field.word(RLEForm.self) }
        if let field = members["orientation"] { options.orientation = try field.word(OrientationPolicy.self) }
        return options
    }
}

extension Background {
    init(reading reader: RequestReader, _ limits: RequestLimits) throws {
        let expected = "\"auto\", \"none\" or {\"prompt\": \"…\"}"
        switch reader.value {
        case "auto": self = .auto
        case "none": self = .none
        case .object:
            guard let prompt = try reader.members(["prompt"], expected: expected)["prompt"] else {
                throw reader.fail(expected: expected)
            }
            self = .prompt(try prompt.string(expected: "a string"))
            try limits.checkText(prompt.string(expected: "a string"), at: prompt.place)
        default: throw reader.fail(expected: expected)
        }
    }
}
