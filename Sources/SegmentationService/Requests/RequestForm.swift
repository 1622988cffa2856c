import HTTPTransport
import Imaging

/// Which of the three forms a request body has, and what has come of it.
enum RequestForm {
    case json([UInt8])
    case multipart(MultipartForm)
    /// A picture alone; `expected` is what its type claims.
    case raw([UInt8], expected: ImageFormat?)

    /// - Throws: ``Problem`` 415 for a type that no form has, 400 for multipart without a boundary.
    init(_ request: Request) throws {
        if let coding = request.fields["content-encoding"], coding.lowercased() != "identity" {
            throw Problem.unsupportedType(
                "bodies with Content-Encoding \(coding.prefix(40)) are not read; send it uncoded")
        }
        guard request.fields.values(of: "content-type").count == 1,
            let type = request.fields["content-type"].flatMap(MediaType.init)
        else { throw Problem.unsupportedType("one Content-Type has to say what the body is") }
        switch type.name {
        case "application/json": self = .json([])
        case "multipart/form-data": self = .multipart(try MultipartForm(boundary: type.parameters["boundary"]))
        case "application/octet-stream": self = .raw([], expected: nil)
        default:
            guard let format = ImageFormat.allCases.first(where: { $0.mediaType == type.name }) else {
                throw Problem.unsupportedType("\(type.name.prefix(80)) is no type that is read here")
            }
            self = .raw([], expected: format)
        }
    }

    mutating func take(_ piece: [UInt8]) throws {
        switch self {
        case .json(var bytes):
            self = .json([])
            bytes += piece
            self = .json(bytes)
        case .raw(var bytes, let expected):
            self = .raw([], expected: expected)
            bytes += piece
            self = .raw(bytes, expected: expected)
        case .multipart(var form):
            self = .json([])
            try form.take(piece)
            self = .multipart(form)
        }
    }

    /// The request, once the body is whole.
    ///
    /// - Throws: ``Problem``, `SegmentationError`, `ImagingFailure`.
    func finish(_ query: QueryParameters) throws -> SegmentRequest {
        switch self {
        case .json(let bytes):
            try query.refuseOthers(than: ["view"])
            return try SegmentRequest(json: bytes)
        case .multipart(let form):
            try query.refuseOthers(than: ["view"])
            return try form.finish()
        case .raw(let bytes, let expected):
            try query.refuseOthers(than: ["classes", "options", "view"])
            return try SegmentRequest(raw: bytes, expected, query)
        }
    }
}

extension SegmentRequest {
    /// A picture alone, with the rest in the query.
    fileprivate init(raw bytes: [UInt8], _ expected: ImageFormat?, _ query: QueryParameters) throws {
        let found = try ImageFormat.sniff(bytes)
        if let expected, expected != found {
            throw Problem.unsupportedType("the body is \(found.title), but Content-Type says \(expected.title)")
        }
        try self.init(image: bytes, classTexts: query.values(of: "classes"), options: query.single("options"))
    }
}
