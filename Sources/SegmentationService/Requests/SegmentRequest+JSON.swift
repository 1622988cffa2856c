import Foundation
import Segmentation
import Tensors

extension SegmentRequest {
    private static let fields = ["image", "classes", "options"]

    /// Reads `{"image": {"data": base64}, "classes": […], "options": {…}}`.
    ///
    /// - Throws: ``Problem`` for what is not JSON or not base64; `SegmentationError` with the pointer of the first fault.
    init(json bytes: [UInt8]) throws {
        let json = try Self.parse(bytes)
        guard let members = json.members else {
            throw SegmentationError.invalidValue(pointer: "", found: json.kind, expected: "an object")
        }
        try Self.refuseOthers(than: Self.fields, in: members, at: "")
        self.init(image: try Self.picture(json["image"]), classes: try .parse(Self.required(json["classes"])))
        if let options = json["options"] { try read(options: options) }
    }

    static func parse(_ bytes: [UInt8], at pointer: String = "") throws -> JSONValue {
        do {
            return try JSONValue(parsing: bytes, maximumDepth: jsonDepth)
        } catch let error as JSONError {
            throw Problem(error, at: pointer)
        }
    }

    /// Takes the options that are the service's own out and gives the rest to the segmenter's reader.
    mutating func read(options json: JSONValue) throws {
        guard let members = json.members else {
            throw SegmentationError.invalidValue(pointer: "/options", found: json.kind, expected: "an object")
        }
        if let value = json["timeout_ms"] {
            guard let timeout = value.integer, timeout >= 1 else {
                throw SegmentationError.invalidValue(
                    pointer: "/options/timeout_ms", found: value.kind,
                    expected: "a whole number of milliseconds, at least 1")
            }
            self.timeout = timeout
        }
        if let value = json["dry_run"] {
            guard let isDryRun = value.bool else {
                throw SegmentationError.invalidValue(
                    pointer: "/options/dry_run", found: value.kind, expected: "true or false")
            }
            self.isDryRun = isDryRun
        }
        options = try .parse(.object(members.filter { !["timeout_ms", "dry_run"].contains($0.name) }))
    }

    private static func required(_ classes: JSONValue?) throws -> JSONValue {
        guard let classes else { throw SegmentationError.noClasses }
        return classes
    }

    private static func picture(_ json: JSONValue?) throws -> [UInt8] {
        guard let json else {
            throw SegmentationError.invalidValue(pointer: "/image", found: "nothing", expected: #"{"data": base64}"#)
        }
        guard let members = json.members, let data = json["data"] else {
            throw SegmentationError.invalidValue(pointer: "/image", found: json.kind, expected: #"{"data": base64}"#)
        }
        try refuseOthers(than: ["data"], in: members, at: "/image")
        guard let text = data.string else {
            throw SegmentationError.invalidValue(pointer: "/image/data", found: data.kind, expected: "a base64 string")
        }
        guard let bytes = Data(base64Encoded: text) else {
            throw Problem.malformed(
                "/image/data is not base64",
                hint: "encode as RFC 4648 §4 says, with padding, without line breaks or a data: prefix",
                pointer: "/image/data")
        }
        return Array(bytes)
    }

    private static func refuseOthers(than known: [String], in members: [JSONValue.Member], at pointer: String) throws {
        for member in members where !known.contains(member.name) {
            let place = JSONPointer.root.appending(member.name)
            throw SegmentationError.unknownField(pointer: "\(pointer)\(place)", known: known)
        }
    }
}

extension [ClassQuery] {
    fileprivate static func parse(_ json: JSONValue) throws -> [ClassQuery] { try ClassQuery.parse(json) }
}
