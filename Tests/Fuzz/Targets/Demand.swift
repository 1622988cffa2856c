import Foundation

/// Ends the process with a message where a property does not hold; an optimised `precondition` would say nothing.
func demand(
    _ holds: Bool, _ message: @autoclosure () -> String = "the property here does not hold", file: String = #fileID,
    line: Int = #line
) {
    guard !holds else { return }
    violated(message(), file: file, line: line)
}

func violated(_ message: String, file: String = #fileID, line: Int = #line) -> Never {
    FileHandle.standardError.write(Data("\(file):\(line): \(message)\n".utf8))
    abort()
}
