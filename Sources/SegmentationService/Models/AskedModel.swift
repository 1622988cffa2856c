import Segmentation
import Tensors

/// The model that a request names, and where it does.
struct AskedModel: Sendable, Equatable {
    let name: String
    /// RFC 6901.
    let pointer: String

    /// Reads the `model` of the options.
    init(_ reader: RequestReader) throws {
        name = try reader.string(expected: "the name of a model that GET /v1/models lists")
        pointer = "\(reader.place)"
    }

    /// What a form's part or the query has, where it has one.
    private init(_ name: String) { (self.name, pointer) = (name, "/model") }

    /// The one place of a request that names its model.
    ///
    /// - Parameters:
    ///   - options: what its options name.
    ///   - form: the text of its form's part `model`.
    /// - Throws: ``Problem`` 422 where there are several.
    static func only(_ options: AskedModel?, form: String? = nil, _ query: QueryParameters) throws -> AskedModel? {
        let named = try [options, form.map(Self.init), query.single("model").map(Self.init)].compactMap(\.self)
        guard named.count <= 1 else {
            throw Problem.invalid("/model", "the request names its model in \(named.count) places; name it in one")
        }
        return named.first
    }
}
