public import Tensors

extension ClassQuery {
    /// Reads a list of classes: names, or objects `{"name", "prompts", "threshold"}`.
    ///
    /// - Parameters:
    ///   - json: the array.
    ///   - pointer: where it stands in the request, as a JSON pointer.
    /// - Throws: ``SegmentationError`` for an empty list, a duplicate, an unknown field, a wrong type or a limit, with
    ///   the pointer of the first fault.
    public static func parse(
        _ json: JSONValue, limits: RequestLimits = RequestLimits(), at pointer: String = "/classes"
    ) throws -> [ClassQuery] {
        let elements = try RequestReader(value: json, place: RequestPlace(pointer)).elements(
            expected: "an array of classes")
        let classes = try elements.map(ClassQuery.init(reading:))
        try validate(classes, limits: limits, at: pointer)
        return classes
    }

    private init(reading reader: RequestReader) throws {
        if let name = reader.value.string {
            self.init(name)
            return
        }
        let members = try reader.members(["name", "prompts", "threshold"], expected: "a name or an object with one")
        guard let name = members["name"] else { throw reader.fail(expected: "an object with a \"name\"") }
        try self.init(
            name.string(expected: "a string"),
            prompts: members["prompts"]?.elements(expected: "an array of strings").map {
                try $0.string(expected: "a string")
            },
            threshold: members["threshold"]?.number(in: 0...1, expected: "a number from 0 to 1"))
    }
}
