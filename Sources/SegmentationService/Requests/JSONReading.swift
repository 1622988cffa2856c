import Foundation
import Segmentation
import Tensors

extension JSONValue {
    /// Reads one JSON text of a request.
    ///
    /// - Parameter pointer: where the text stands in the request.
    /// - Throws: ``Problem`` 400; 422 for a name that stands twice in an object.
    static func request(_ bytes: [UInt8], at pointer: String = "") throws -> JSONValue {
        do {
            return try JSONValue(parsing: bytes, maximumDepth: SegmentRequest.jsonDepth)
        } catch let error as JSONError {
            throw Problem(error, at: pointer)
        }
    }
}

extension SegmentRequest.Source {
    /// Reads `{"data": base64}` or `{"ref": "sha256:…"}`.
    ///
    /// - Throws: ``Problem`` 400 for what is not base64; `SegmentationError`.
    init(_ reader: RequestReader) throws {
        let expected = #"{"data": base64} or {"ref": "sha256:…"}"#
        let members = try reader.members(["data", "ref"], expected: expected)
        try self.init(members, reader, expected: expected)
    }

    /// - Parameter members: of the object that `reader` is at; others than `data` and `ref` are not looked at.
    init(_ members: [String: RequestReader], _ reader: RequestReader, expected: String) throws {
        switch (members["data"], members["ref"]) {
        case (let data?, nil): self = .bytes(try Self.bytes(data))
        case (nil, let reference?): self = .held(try Self.reference(reference))
        default: throw reader.fail(expected: expected)
        }
    }

    private static func bytes(_ reader: RequestReader) throws -> [UInt8] {
        guard let bytes = Data(base64Encoded: try reader.string(expected: "a base64 string")) else {
            throw Problem.malformed(
                "\(reader.place) is not base64",
                hint: "encode as RFC 4648 §4 says, with padding, without line breaks or a data: prefix",
                pointer: "\(reader.place)")
        }
        return Array(bytes)
    }

    private static func reference(_ reader: RequestReader) throws -> ImageReference {
        let expected = "\"sha256:\" and 64 hexadecimal digits"
        guard let reference = ImageReference(try reader.string(expected: expected)) else {
            throw reader.fail(expected: expected)
        }
        return reference
    }
}
