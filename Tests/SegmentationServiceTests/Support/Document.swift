import Tensors
import Testing

@testable import SegmentationService

/// `openapi.yaml`, as it is built in.
enum Document {
    private static let read = Result { try JSONValue(parsing: Array(OpenAPIDocument.text.utf8)) }

    static func root() throws -> JSONValue { try read.get() }

    static func paths() throws -> [JSONValue.Member] { try #require(root()["paths"]?.members) }

    /// The value, or what it refers to.
    static func resolved(_ value: JSONValue?) throws -> JSONValue {
        let value = try #require(value)
        guard let reference = value["$ref"]?.string else { return value }
        let pointer = try #require(JSONPointer(String(reference.dropFirst())))
        return try #require(root()[pointer], "\(reference)")
    }

    /// Demands that the document lists an answer: its status, its type, and the fields that it says are there.
    static func expectToList(_ answer: Answer, to method: String, _ target: String) throws {
        let asked = target.prefix { $0 != "?" }.split(separator: "/")
        let listed = try paths().first { path in
            let pattern = path.name.split(separator: "/")
            return pattern.count == asked.count && zip(pattern, asked).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        guard let path = listed?.name, let operations = listed?.value else {
            #expect(answer.status == 404)
            return
        }
        if method == "OPTIONS" { return #expect(answer.status == 204 && answer["allow"] != nil) }
        guard let operation = operations[method == "HEAD" ? "get" : method.lowercased()] else {
            return #expect(answer.status == 405 && answer["allow"] != nil)
        }
        let response = try resolved(
            try #require(operation["responses"]?["\(answer.status)"], "\(method) \(path) \(answer.status)"))
        guard response["content"] != nil else { return #expect(answer.body.isEmpty && answer["content-type"] == nil) }
        let type = try #require(answer["content-type"]?.split(separator: ";").first).description
        let content = try #require(response["content"]?[type], "\(answer.status) \(type)")
        for field in response["headers"]?.members ?? [] {
            #expect(answer[field.name.lowercased()] != nil, "\(field.name) of \(answer.status)")
        }
        guard method != "HEAD" else { return #expect(answer.body.isEmpty) }
        guard type.hasSuffix("json"), path != "/openapi.json" else { return }
        try expectMembers(of: answer.json(), to: content["schema"], "\(method) \(path) \(answer.status)")
    }

    /// Demands that an object has the members that its schema requires and no others, and so within.
    private static func expectMembers(of value: JSONValue, to schema: JSONValue?, _ place: String) throws {
        let schema = try resolved(schema)
        if let choices = schema["oneOf"]?.array {
            let fits = try choices.contains { choice in
                guard value.members != nil else { return true }
                let required = try resolved(choice)["required"]?.array ?? []
                return required.allSatisfy { $0.string.flatMap { value[$0] } != nil }
            }
            #expect(fits, "\(place) is none of the choices")
            return
        }
        for (index, element) in (value.array ?? []).enumerated() where schema["items"] != nil {
            try expectMembers(of: element, to: schema["items"], "\(place)/\(index)")
        }
        guard let members = value.members, let properties = schema["properties"] else { return }
        for member in members {
            let property = try #require(properties[member.name], "\(place)/\(member.name) is not in the document")
            try expectMembers(of: member.value, to: property, "\(place)/\(member.name)")
        }
        for name in schema["required"]?.array ?? [] {
            #expect(name.string.flatMap { value[$0] } != nil, "\(place) lacks \(name.compact)")
        }
    }
}
