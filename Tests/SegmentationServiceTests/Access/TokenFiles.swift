import Foundation
import TestSupport

@testable import SegmentationService

/// A file of tokens that only its owner may read.
final class TokenFiles {
    static let first = "first-token-of-the-tests"
    static let second = "c2Vjb25kLXRva2VuLW9mLXRlc3Rz=="
    static let unknown = "nobody-has-this-token"

    private let folder: ScratchFolder
    var path: String { folder.path("tokens") }

    init(_ text: String = "\(first)\n\(second)\n", mode: Int = 0o600) throws {
        folder = try ScratchFolder()
        try write(text, mode: mode)
    }

    func write(_ text: String, mode: Int = 0o600) throws {
        try folder.file("tokens", Data(text.utf8))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    func tokens() throws -> AccessTokens { try AccessTokens(file: path) }

    static func bearer(_ token: String) -> String { "Authorization: Bearer \(token)" }
}
