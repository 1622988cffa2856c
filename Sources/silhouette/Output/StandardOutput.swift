import Foundation

/// Where answers go, and the access log of a service.
enum StandardOutput {
    /// Writes one line at once; what nobody takes is lost.
    static func report(_ line: String) {
        try? FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8))
    }
}
