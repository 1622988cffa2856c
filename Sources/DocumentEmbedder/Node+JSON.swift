import Foundation
import Yams

extension Node {
    /// The same value as JSON, members in the file's order.
    var json: String {
        get throws {
            switch self {
            case .mapping(let members):
                let texts = try members.map { "\(try Self.quoted($0.key.scalarText)):\(try $0.value.json)" }
                return "{\(texts.joined(separator: ","))}"
            case .sequence(let elements): return "[\(try elements.map { try $0.json }.joined(separator: ","))]"
            case .scalar, .alias: return try scalarJSON
            }
        }
    }

    private var scalarJSON: String {
        get throws {
            if null != nil { return "null" }
            if let bool { return bool ? "true" : "false" }
            if let int { return "\(int)" }
            if let float { return "\(float)" }
            return try Self.quoted(scalarText)
        }
    }

    private var scalarText: String { scalar?.string ?? "" }

    private static func quoted(_ text: String) throws -> String {
        String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }
}
