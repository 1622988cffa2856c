import HTTPTransport
import Imaging

/// Which of the three forms a request body has, and what has come of it.
enum RequestForm {
    case json([UInt8])
    case multipart(MultipartForm)
    /// A picture alone; `expected` is what its type claims.
    case raw([UInt8], expected: ImageFormat?)

    /// The forms by their names, for what takes not all of them.
    enum Kind: CaseIterable {
        case json, multipart, raw

        var mediaTypes: [String] {
            switch self {
            case .json: ["application/json"]
            case .multipart: ["multipart/form-data"]
            case .raw: ImageFormat.allCases.map(\.mediaType) + ["application/octet-stream"]
            }
        }
    }

    /// - Throws: ``Problem`` 415 for a type that no form of these kinds has, 400 for multipart without a boundary.
    init(_ request: Request, _ kinds: [Kind]) throws {
        if let coding = request.fields["content-encoding"], coding.lowercased() != "identity" {
            throw Problem.unsupportedType(
                "bodies with Content-Encoding \(coding.prefix(40)) are not read; send it uncoded", kinds)
        }
        guard request.fields.values(of: "content-type").count == 1,
            let type = request.fields["content-type"].flatMap(MediaType.init)
        else { throw Problem.unsupportedType("one Content-Type has to say what the body is", kinds) }
        guard let kind = kinds.first(where: { $0.mediaTypes.contains(type.name) }) else {
            throw Problem.unsupportedType("\(type.name.prefix(80)) is no type that is read here", kinds)
        }
        switch kind {
        case .json: self = .json([])
        case .multipart: self = .multipart(try MultipartForm(boundary: type.parameters["boundary"]))
        case .raw: self = .raw([], expected: ImageFormat.allCases.first { $0.mediaType == type.name })
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

    /// What the body held, once it is whole.
    ///
    /// - Throws: ``Problem``, `ImagingFailure`.
    func finish() throws -> RequestContent {
        switch self {
        case .json(let bytes): return .json(bytes)
        case .multipart(let form): return .form(try form.finish())
        case .raw(let bytes, let expected):
            let found = try ImageFormat.sniff(bytes)
            if let expected, expected != found {
                throw Problem.unsupportedType("the body is \(found.title), but Content-Type says \(expected.title)")
            }
            return .picture(bytes)
        }
    }
}
