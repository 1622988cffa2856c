import Foundation

/// What can fail in the command itself; each module below has its own.
enum CommandFailure: Error, CustomStringConvertible {
    case cannotRead(path: String, reason: String)
    case cannotWrite(path: String, reason: String)
    case outputIsFolder(path: String)
    case picturesFailed(count: Int, of: Int)
    case unlikeShapes(name: String, recorded: [Int], found: [Int])
    case differs(results: [String], of: String)
    case noResource(String, looked: [String])
    case notPulled(String)
    case notReady(address: String, status: Int)
    case interrupted

    var description: String {
        switch self {
        case .cannotRead(let path, let reason):
            "\(path): cannot be read (\(reason))"
        case .cannotWrite(let path, let reason):
            "\(path): cannot be written (\(reason)); name a file in a folder that exists and that you may write to"
        case .outputIsFolder(let path):
            "\(path): is a folder, and a file is to be written; name the file"
        case .picturesFailed(let count, let total):
            "\(count) of \(total) pictures gave no answer; the lines above say why"
        case .unlikeShapes(let name, let recorded, let found):
            "\(name): the recorded result is \(recorded), the bundle's network gives \(found); record it with this bundle"
        case .differs(let results, let path):
            "\(results.count) results are further from \(path) than the precision allows: \(results.joined(separator: ", "))"
        case .noResource(let name, let looked):
            "\(name), which comes with the program, is not where it was looked for "
                + "(\(looked.joined(separator: ", "))); put it there, or name a bundle with --bundle"
        case .notPulled(let name):
            "\(name) was not pulled yet; run 'silhouette bundle pull \(name)' first"
        case .notReady(let address, let status):
            "\(address) is not ready: its answer has status \(status)"
        case .interrupted:
            "interrupted; nothing incomplete was left behind"
        }
    }

    /// The exit status of a process that Ctrl-C ended, by the convention of shells.
    static let interruptedStatus: Int32 = 130

    /// What the system said of the call that has just failed.
    static var systemReason: String { String(cString: strerror(errno)) }
}
