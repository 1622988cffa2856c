import Foundation

/// What the command says of itself, apart from its answers.
enum StandardError {
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Writes one line, whatever the message holds: a script that reads it shall find one line for one fault.
    static func report(_ message: String) {
        let line = message.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        write("silhouette: \(line.joined(separator: " "))\n")
    }

    static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
