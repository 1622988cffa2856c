import Foundation
import Tensors

/// Where the JSON goes: a file that is replaced as a whole at the end, or standard output at once.
struct AnswerFile {
    private let file: ReplacementFile?

    /// - Parameter path: nil for standard output.
    init(_ path: String?) throws { file = try path.map(ReplacementFile.init) }

    func append(_ answer: JSONValue, onOneLine: Bool) throws {
        let bytes = Array(((onOneLine ? answer.compact : answer.indented) + "\n").utf8)
        if let file { return try file.append(bytes) }
        do {
            try FileHandle.standardOutput.write(contentsOf: Data(bytes))
        } catch {
            throw CommandFailure.cannotWrite(path: "standard output", reason: CommandFailure.systemReason)
        }
    }

    func finish() throws { try file?.commit() }
}
