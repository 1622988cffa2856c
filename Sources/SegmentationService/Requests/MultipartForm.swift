import Segmentation
import Tensors

/// What a form may hold besides its picture.
enum FormLimits {
    static let parts = 512
    /// Of all texts together.
    static let textBytes = 4 << 20
    /// Of one part's header block.
    static let headerBytes = 4096
}

/// A body as a form: parts `image` (alias `file`), `classes`, `options` and `model`.
struct MultipartForm {
    private static let names = ["image", "file", "classes", "options", "model"]

    private var parser: MultipartParser
    private var content = RequestContent.FormContent()
    private var current: (name: String, content: [UInt8])?
    private var parts = 0
    private var textBytes = 0

    /// - Throws: ``Problem`` 400 without a boundary that RFC 2046 allows.
    init(boundary: String?) throws {
        guard let boundary, let parser = MultipartParser(boundary: boundary) else {
            throw Problem.malformed(
                "Content-Type names no boundary of 1 to 70 characters",
                hint: "let the client's form encoder set Content-Type")
        }
        self.parser = parser
    }

    mutating func take(_ piece: [UInt8]) throws {
        parser.feed(piece)
        while let event = try parser.next() {
            switch event {
            case .part(let header): try begin(header)
            case .content(let bytes): try add(bytes)
            case .partEnd: try endPart()
            case .end: break
            }
        }
    }

    /// - Throws: ``Problem`` 400 where the form was cut.
    func finish() throws -> RequestContent.FormContent {
        guard parser.isWhole else {
            throw Problem.malformed("the form ends before its closing boundary", hint: "send the whole form")
        }
        return content
    }

    private mutating func begin(_ header: PartHeader) throws {
        parts += 1
        guard parts <= FormLimits.parts else {
            throw Problem.tooLarge("the form has too many parts", limit: FormLimits.parts, actual: nil)
        }
        guard Self.names.contains(header.name) else {
            throw SegmentationError.unknownField(
                pointer: "\(JSONPointer.root.appending(header.name))", known: Self.names)
        }
        current = (header.name == "file" ? "image" : header.name, [])
    }

    private mutating func add(_ bytes: [UInt8]) throws {
        if current?.name != "image" {
            textBytes += bytes.count
            guard textBytes <= FormLimits.textBytes else {
                throw Problem.tooLarge("the form's texts are too long", limit: FormLimits.textBytes, actual: nil)
            }
        }
        current?.content += bytes
    }

    private mutating func endPart() throws {
        guard let part = current else { return }
        current = nil
        switch part.name {
        case "image": content.images.append(part.content)
        case "classes": content.classes.append(try text(part.content, "/classes/\(content.classes.count)"))
        case "model": content.model = try only(part.content, "model", after: content.model)
        default: content.options = try only(part.content, "options", after: content.options)
        }
    }

    private func only(_ bytes: [UInt8], _ name: String, after other: String?) throws -> String {
        guard other == nil else {
            throw Problem.invalid("/\(name)", "the form has two parts \(name); send one")
        }
        return try text(bytes, "/\(name)")
    }

    private func text(_ bytes: [UInt8], _ pointer: String) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem.malformed("\(pointer) is not UTF-8", hint: "send texts as UTF-8", pointer: pointer)
        }
        return text
    }
}
