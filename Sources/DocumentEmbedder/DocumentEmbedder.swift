import Foundation
import Yams

/// Writes a Swift source that holds a YAML file's content as JSON: `DocumentEmbedder FILE SOURCE`.
@main
enum DocumentEmbedder {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else { throw Failure.usage }
        let text = try String(contentsOfFile: arguments[1], encoding: .utf8)
        guard let document = try Yams.compose(yaml: text) else { throw Failure.empty(arguments[1]) }
        let json = try document.json
        // The literal below ends at this mark and nowhere before.
        guard !json.contains("\"###") else { throw Failure.unquotable(arguments[1]) }
        let source = "enum OpenAPIDocument {\n    static let text = ###\"\(json)\"###\n}\n"
        try source.write(toFile: arguments[2], atomically: true, encoding: .utf8)
    }

    enum Failure: Error, CustomStringConvertible {
        case usage
        case empty(String)
        case unquotable(String)

        var description: String {
            switch self {
            case .usage: "expected a YAML file to embed and the Swift source to write"
            case .empty(let path): "\(path): holds nothing"
            case .unquotable(let path): "\(path): holds a quote and three number signs in a row; change them"
            }
        }
    }
}
