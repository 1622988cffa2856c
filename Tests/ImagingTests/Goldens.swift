import Foundation
import Testing

/// The committed outputs of `training/goldens/imaging.py`.
enum Goldens {
    static func path(_ name: String) throws -> String {
        try #require(Bundle.module.resourceURL).appending(path: "Goldens/\(name)").path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try #require(FileManager.default.contents(atPath: try path(name)), "no golden named \(name)"))
    }

    static func lines(_ name: String) throws -> [Substring] {
        String(decoding: try bytes(name), as: UTF8.self).split(separator: "\n")
    }
}
