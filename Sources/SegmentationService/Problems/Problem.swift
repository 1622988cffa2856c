import HTTPTransport
import Tensors

/// An error as RFC 9457 problem+json says it: what was wrong, the number that it broke, what to do.
struct Problem: Error, Sendable, Equatable {
    /// What kind it is; the last part of `type`.
    var kind: String
    var status: Int
    var title: String
    var detail: String
    var limit: Int?
    var actual: Int?
    var hint: String?
    /// Whether the same request may succeed later.
    var retryable = false
    /// Where in the request the fault is.
    var errors: [Fault] = []
    /// What only some kinds say, such as the stage that a deadline ended.
    var extensions: [JSONValue.Member] = []
    /// Fields of the answer that belong to the problem: `Allow`, `Retry-After`, …
    var fields: [Field] = []

    struct Fault: Sendable, Equatable {
        /// RFC 6901; empty for the whole request.
        let pointer: String
        let detail: String
    }

    struct Field: Sendable, Equatable {
        let name: String
        let value: String
    }

    init(_ kind: String, _ status: Int, _ title: String, _ detail: String) {
        self.kind = kind
        self.status = status
        self.title = title
        self.detail = detail
    }

    func with(_ change: (inout Problem) -> Void) -> Problem {
        var problem = self
        change(&problem)
        return problem
    }

    /// - Parameters:
    ///   - instance: the path that was asked for.
    ///   - id: of the request.
    func json(instance: String, id: String) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("type", .string("/problems/\(kind)")), .init("title", .string(title)),
            .init("status", JSONValue(status)), .init("detail", .string(detail)),
            .init("instance", .string(instance)), .init("request_id", .string(id)),
            .init("retryable", .bool(retryable)),
        ]
        if let limit { members.append(.init("limit", JSONValue(limit))) }
        if let actual { members.append(.init("actual", JSONValue(actual))) }
        if let hint { members.append(.init("hint", .string(hint))) }
        if !errors.isEmpty {
            let faults = errors.map {
                JSONValue.object([.init("pointer", .string($0.pointer)), .init("detail", .string($0.detail))])
            }
            members.append(.init("errors", .array(faults)))
        }
        return .object(members + extensions)
    }

    func response(instance: String, id: String) -> Response {
        var fields: Fields = ["content-type": "application/problem+json"]
        for field in self.fields { fields.append(field.name, field.value) }
        return Response(status: status, fields: fields, body: Array(json(instance: instance, id: id).compact.utf8))
    }
}
