import Foundation

/// Writes a Swift source that holds the text of a file: `DocumentEmbedder FILE SOURCE`.
@main
enum DocumentEmbedder {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else { throw Failure.usage }
        let text = try String(contentsOfFile: arguments[1], encoding: .utf8)
        // The literal below ends at this mark and nowhere before.
        guard !text.contains("\"\"\"###") else { throw Failure.unquotable(arguments[1]) }
        let source = "enum OpenAPIDocument {\n    static let text = ###\"\"\"\n\(text)\n\"\"\"###\n}\n"
        try source.write(toFile: arguments[2], atomically: true, encoding: .utf8)
    }

    enum Failure: Error, CustomStringConvertible {
        case usage
        case unquotable(String)

        var description: String {
            switch self {
            case .usage: "expected a file to embed and the Swift source to write"
            case .unquotable(let path): "\(path): holds three quotes and three number signs in a row; change them"
            }
        }
    }
}
