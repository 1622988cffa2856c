import Foundation

/// What this process takes of the machine.
struct ProcessUsage: Sendable, Equatable {
    let residentBytes: Int
    let openDescriptors: Int
    let threads: Int
    /// User and system time.
    let processorSeconds: Double

    /// Nil where the machine has no `/proc`.
    static func now() -> ProcessUsage? {
        guard let text = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8),
            let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        else { return nil }
        // One of the descriptors is that of the folder itself.
        return ProcessUsage(stat: text, openDescriptors: descriptors.count - 1)
    }

    /// The most that was ever resident, in bytes; nil where the machine has no `/proc`.
    static func peakResidentBytes() -> Int? {
        let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
    }

    /// - Parameter stat: `/proc/self/stat`, whose fields are told in proc(5): utime 14, stime 15, num_threads 20, rss 24.
    init?(stat: String, openDescriptors: Int) {
        // The second field is the program's name in brackets, which may hold blanks and brackets itself.
        guard let name = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[name...].split(separator: " ").dropFirst().map { Int($0) }
        guard fields.count > 21, let user = fields[11], let system = fields[12], let threads = fields[17],
            let pages = fields[21]
        else { return nil }
        residentBytes = pages * sysconf(Int32(_SC_PAGESIZE))
        self.openDescriptors = openDescriptors
        self.threads = threads
        processorSeconds = Double(user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
