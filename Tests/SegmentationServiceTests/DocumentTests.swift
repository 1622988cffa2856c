import HTTPTransport
import Segmentation
import Tensors
import Testing

@testable import SegmentationService

@Suite("openapi.yaml")
struct DocumentTests {
    /// Every problem that the service makes, and every fault that the transport answers.
    private static let problems: [Problem] = [
        .malformed("", hint: ""), .invalid("", ""), .notAcceptable([]), .unsupportedType(""),
        .tooLarge("", limit: 1, actual: nil), .unavailable("", "", retryAfter: 1),
        .deadlinePassed(
            Job(cost: 1, timeout: .seconds(1)) { _, _ in
            } end: { _, _ in
            }), .internalError,
    ]
    private static let refusals: [Problem] = [
        .unauthorized(isWrong: false), .unauthorized(isWrong: true),
        .tooManyRequests(RateLimit(perSecond: 1, burst: 1), retryAfter: 1),
    ]
    private static let faults: [TransportFault] = [
        .malformed(.badMethod), .targetTooLong(limit: 1), .fieldsTooLarge(limit: 1), .tooManyFields(limit: 1),
        .bodyTooLarge(limit: 1, actual: nil), .unsupportedExpectation, .unsupportedMethod, .unsupportedVersion,
        .tooSlow(seconds: 1), .unanswered,
    ]

    private func statuses(_ path: String, _ method: String) throws -> Set<Int> {
        let responses = try #require(Document.root()["paths"]?[path]?[method]?["responses"]?.members)
        return Set(responses.compactMap { Int($0.name) })
    }

    @Test("paths and methods are those of the code")
    func routes() throws {
        let listed = try Document.paths().flatMap { path in
            path.value.members?.map { "\($0.name) \(path.name)" } ?? []
        }
        let routed = Endpoint.allCases.map { "\($0.method.lowercased()) \($0.path)" }
        #expect(Set(listed) == Set(routed))
        for endpoint in Endpoint.allCases {
            let operation = try Document.root()["paths"]?[endpoint.path]?[endpoint.method.lowercased()]
            #expect(operation?["operationId"]?.string == endpoint.rawValue)
            #expect((operation?["security"] == []) == endpoint.isOpenToAll, "\(endpoint)")
        }
    }

    @Test("statuses are those that the code has: 200, its problems, the transport's faults")
    func statuses() throws {
        let transport = Set(Self.faults.map(\.status))
        let all = transport.union(Self.problems.map(\.status)).union([200])
        for endpoint in Endpoint.allCases {
            let gated =
                switch endpoint {
                case .segment: all.union([404])
                case .batch: all.subtracting([504])
                case .upload: all.subtracting([406]).union([201])
                case .image: transport.union([200, 404])
                case .forgetImage: transport.union([204, 404])
                case .ready, .health: transport.union([200, 503])
                case .discovery, .models, .limits, .version, .document, .live: transport.union([200])
                case .metrics: transport.union([200, Problem.forbidden.status])
                }
            let expected = endpoint.isOpenToAll ? gated : gated.union(Self.refusals.map(\.status))
            #expect(try statuses(endpoint.path, endpoint.method.lowercased()) == expected, "\(endpoint)")
        }
    }

    @Test("limits are named and have the defaults of the code")
    func limits() throws {
        let listed = try #require(Document.root()["components"]?["schemas"]?["Limits"]?["properties"]?.members)
        let own = try #require(ServiceConfiguration().limitsJSON(memory: 0).members)
        #expect(listed.map(\.name) == own.map(\.name))
        for (listed, own) in zip(listed, own) { #expect(listed.value["default"] == own.value, "\(own.name)") }
    }

    @Test("the stages of a missed deadline are those of the code")
    func stages() throws {
        let listed = try Document.root()["components"]?["schemas"]?["Problem"]?["properties"]?["stage"]?["enum"]
        #expect(listed?.array?.compactMap(\.string) == JobStage.allCases.map(\.rawValue))
    }

    @Test("the states of a model are those of the code")
    func modelStates() throws {
        let model = try Document.root()["components"]?["schemas"]?["Models"]?["properties"]?["models"]?["items"]
        #expect(model?["properties"]?["state"]?["enum"]?.array?.compactMap(\.string) == Model.State.names)
    }

    @Test("the details that an answer may hold are those of the code, and so are its defaults")
    func details() throws {
        let listed = try Document.root()["components"]?["schemas"]?["Options"]?["properties"]?["include"]
        let known = SegmentationOptions.Detail.allCases
        #expect(listed?["items"]?["enum"]?.array?.compactMap(\.string) == known.map(\.rawValue))
        let defaults = known.filter(SegmentationOptions().include.contains).map(\.rawValue)
        #expect(listed?["default"]?.array?.compactMap(\.string) == defaults)
    }

    @Test("every reference leads somewhere, and the service serves the document as it stands")
    func served() throws {
        func check(_ value: JSONValue) throws {
            _ = try Document.resolved(value)
            for member in value.members ?? [] { try check(member.value) }
            for element in value.array ?? [] { try check(element) }
        }
        try check(Document.root())
        let service = try TestService(isReady: false)
        #expect(try service.ask("/openapi.json").json() == Document.root())
    }
}
