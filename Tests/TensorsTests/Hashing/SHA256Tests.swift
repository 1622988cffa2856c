import Foundation
import Tensors
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    /// FIPS 180-4's examples and the empty message.
    static let vectors = [
        ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ]

    @Test("bytes and files hash to the standard's examples", arguments: vectors)
    func standardExamples(message: String, times: Int, digest: String) throws {
        let bytes = Array(String(repeating: message, count: times).utf8)
        #expect(try sha256(of: bytes.span) == digest)
        let path = NSTemporaryDirectory() + "silhouette-sha256-\(UUID().uuidString)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try sha256(ofFileAt: path) == digest)
    }

    @Test("a file that is not there, and a folder, are refused by name", arguments: ["/nonexistent/file", "/tmp"])
    func unreadableFiles(path: String) {
        let error = #expect(throws: HashingError.self) { try sha256(ofFileAt: path) }
        #expect(error?.description.hasPrefix(path + ": ") == true)
    }
}
